"""Publishes events to an EventStream server, with the standard library alone. Copy this file into your project.

    from eventstream import Publisher

    with Publisher("demo") as events:                                  # server="http://localhost:8000"
        events.publish("run_started", {"run_id": run})                 # run = str(uuid.uuid4()): an ended one takes no more
        for word in words:
            events.publish("agent_message_delta", {"message_id": f"{run}-answer", "delta": word}, run_id=run)
        events.publish("run_completed", {"run_id": run})
    # Here all is stored, or a PublishError tells what isn't.

Publishing only queues: a thread sends what waits, several events in one request, in the order of the calls. Each event
has an id, by which the server knows it when a request has to be repeated, so none is stored twice. While the server is
away, slow or full, events wait and are repeated, for 60 seconds (retry_budget); then they are given up, which flush()
and the end of the with block tell. A server's key comes from key= or the environment variable EVENTSTREAM_KEY.

Run as a program, it publishes each line of its input as an event "log_line":

    make 2>&1 | python3 eventstream.py --session build
"""

import argparse
import collections
import datetime
import json
import os
import random
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

# Well below what a server takes in one request: 1,000 events and 4 MiB.
MOST_EVENTS = 500
MOST_BYTES = 1024 * 1024

# The longest pause between two tries, in seconds, unless the server asks for a longer one.
LONGEST_PAUSE = 5.0
LONGEST_ASKED_PAUSE = 60.0

# Statuses after which the same request may succeed later.
PASSING = {408, 425, 429, 500, 502, 503, 504}


class PublishError(Exception):
    """Events were given up. `failures` are the first of them, as pairs of event and reason; `count` says how many."""

    def __init__(self, failures, count):
        super().__init__(f"{count} event(s) weren't stored; the first because: {failures[0][1]}")
        self.failures = failures
        self.count = count


class Publisher:
    """Publishes to one session. May be used from several threads."""

    def __init__(self, session, server="http://localhost:8000", key=None, retry_budget=60.0, timeout=15.0, capacity=10_000):
        """
        session       the session's id
        key           the server's key, as `keys new ID` printed it; by default that of EVENTSTREAM_KEY
        retry_budget  how long events are repeated while the server doesn't take them, in seconds; keep it below the
                      server's Log:DedupeWindow (5 minutes), since it recognises a repeated event for no longer
        timeout       how long the server may take for an answer, in seconds, before the request is repeated
        capacity      how many events may wait; publish() waits while there are more
        """
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}", session):
            raise ValueError(f"session is {session!r}; it has 1 to 128 letters, digits and . _ : @ - and begins with a letter or digit.")
        if not re.match(r"https?://", server):
            raise ValueError(f"server is {server!r}; write an address such as http://localhost:8000.")
        self._address = f"{server.rstrip('/')}/events/{session}"
        key = key or os.environ.get("EVENTSTREAM_KEY")
        self._headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._retry_budget, self._timeout, self._capacity = retry_budget, timeout, capacity
        # A POST that were redirected would become a GET, and its events would be gone; a proxy isn't for this machine.
        here = re.match(r"https?://(localhost|127\.|\[::1\])", server)
        self._http = urllib.request.build_opener(_NoRedirect, *([urllib.request.ProxyHandler({})] if here else []))
        self._most = MOST_EVENTS
        self._waiting = collections.deque()
        self._sending = 0
        self._failures, self._failed = [], 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="eventstream-publisher", daemon=True)
        self._thread.start()

    def publish(self, type, payload=None, **members):
        """Queues an event and returns its id. Members are those of the envelope, such as run_id, project_id or agent_id.

        An event_id of your own makes it safe to publish the same again, as after a crash. Raises ValueError for a payload
        that JSON can't hold, and RuntimeError once the publisher is closed.
        """
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        event = {"event_id": str(uuid.uuid4()), "timestamp": now, "type": type, "payload": {} if payload is None else payload, **members}
        try:
            # Now, since it may wait for a while, and its maker may go on to change it.
            text = json.dumps(event, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError) as cause:
            raise ValueError(f"The event can't be written as JSON: {cause}") from cause
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._waiting) < self._capacity)
            if self._closed:
                raise RuntimeError("The publisher is closed, and takes no further events.")
            self._waiting.append(text)
            self._changed.notify_all()
        return event["event_id"]

    def flush(self):
        """Waits until all that was published is stored. Raises PublishError when some was given up since the last flush."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._sending)
            failures, count = self._failures, self._failed
            self._failures, self._failed = [], 0
        if count:
            raise PublishError(failures, count)

    def close(self):
        """Flushes, and takes no further events."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, trace):
        try:
            self.close()
        except PublishError:
            if kind is None:  # Else what went wrong first is told.
                raise

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                batch = self._take()
            refused = self._send(batch)
            with self._changed:
                self._sending = 0
                # What a smaller or another request may store goes first again.
                self._waiting.extendleft(reversed(refused))
                self._changed.notify_all()

    def _take(self):
        batch, size = [], 0
        while self._waiting and len(batch) < self._most and (not batch or size + len(self._waiting[0]) <= MOST_BYTES):
            size += len(self._waiting[0])
            batch.append(self._waiting.popleft())
        self._sending = len(batch)
        return batch

    def _send(self, batch):
        """Sends a batch until it is answered. Returns the events to send again in another request."""
        body = f"[{','.join(batch)}]".encode()
        until = time.monotonic() + self._retry_budget
        pause = 0.5
        while True:
            status, answer, retry_after = self._post(body)
            if status == 200:
                self._most = min(MOST_EVENTS, self._most * 2)
                self._note(batch, answer)
                return []
            reason = f"{status}: {_title(answer)}" if status else answer
            if status and status not in PASSING:
                return self._refuse(batch, status, answer, reason)
            wait = max(min(retry_after, LONGEST_ASKED_PAUSE), pause * random.uniform(0.5, 1))
            if time.monotonic() + wait > until:
                self._give_up(batch, f"the server didn't take it for {self._retry_budget:g} s; {reason}")
                return []
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _post(self, body):
        """Posts once. Returns the status, the answer and how long the server asks to wait; status 0 when nothing came back."""
        request = urllib.request.Request(self._address, body, self._headers)
        try:
            with self._http.open(request, timeout=self._timeout) as answer:
                return answer.status, json.loads(answer.read()), 0
        except urllib.error.HTTPError as refusal:
            with refusal:
                asked = refusal.headers.get("Retry-After", "")
                try:
                    answer = json.loads(refusal.read())
                except (OSError, ValueError):
                    answer = None
                return refusal.code, answer, int(asked) if asked.isdigit() else 0
        except ValueError:
            return 400, {"title": "what answers there is no EventStream server"}, 0
        except Exception as fault:  # http.client has exceptions of its own for half an answer.
            return 0, f"no answer: {getattr(fault, 'reason', None) or repr(fault)}", 0

    def _refuse(self, batch, status, answer, reason):
        problem = answer if isinstance(answer, dict) else {}
        if status == 409 and isinstance(problem.get("receipts"), list):
            self._note(batch, problem["receipts"])
            return []
        wrong = re.match(r"/(\d+)", str(problem.get("pointer", "")))
        if wrong and len(batch) > 1 and int(wrong[1]) < len(batch):
            # Nothing of the request was stored; one event of it is wrong.
            at = int(wrong[1])
            self._give_up([batch[at]], reason)
            return batch[:at] + batch[at + 1 :]
        if status == 413 and len(batch) > 1:
            self._most = (len(batch) + 1) // 2
            return batch
        self._give_up(batch, reason)
        return []

    def _note(self, batch, receipts):
        for event, receipt in zip(batch, receipts):
            if receipt["outcome"] not in ("stored", "duplicate"):
                self._give_up([event], receipt["outcome"])

    def _give_up(self, events, reason):
        with self._changed:
            self._failed += len(events)
            # The first ones say enough.
            self._failures += [(json.loads(event), reason) for event in events[: max(0, 100 - len(self._failures))]]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _title(answer):
    return answer.get("title", "no reason given") if isinstance(answer, dict) else "no reason given"


def main():
    options = argparse.ArgumentParser(description="Publishes each line of the input as an event.")
    options.add_argument("--server", default="http://localhost:8000", help="where EventStream is (%(default)s)")
    options.add_argument("--session", default="demo", help="the session to publish to (%(default)s)")
    options.add_argument("--type", default="log_line", help="the type of the events (%(default)s)")
    options = options.parse_args()
    try:
        with Publisher(options.session, options.server) as events:
            for line in sys.stdin:
                events.publish(options.type, {"text": line.rstrip("\n")})
    except (ValueError, PublishError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
