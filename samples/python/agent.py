#!/usr/bin/env python3
"""An agent in plain Python, with the standard library alone.

It waits for runs of the agent "counter", claims each, counts as far as it is asked to, and minds what people say meanwhile:

    python3 samples/python/agent.py
    curl --json '{"agent":"counter","input":{"to":5}}' localhost:8000/sessions/demo/runs

EVENTSTREAM_KEY is sent as the key of the server. It needs the grants "subscribe agent:counter" and "publish session:*".
"""

import argparse
import json
import os
import queue
import re
import threading
import time
import urllib.error
import urllib.request
import uuid

LEASE = 30  # Seconds without a sign of life after which the server ends a run as lost.


class Server:
    def __init__(self, address, key=None):
        self.address = address.rstrip("/")
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        # A proxy isn't for this machine.
        here = re.match(r"https?://(localhost|127\.|\[::1\])", address)
        self.http = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if here else []))

    def post(self, path, body=None):
        """Posts once. Returns the status and the answer; raises OSError when nothing came back."""
        request = urllib.request.Request(self.address + path, json.dumps(body).encode() if body is not None else b"", {**self.headers, "Content-Type": "application/json"})
        try:
            with self.http.open(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"null")

    def publish(self, session, run, type, payload, query=""):
        """Publishes an event. Repeating it does no harm: the server knows it by its id."""
        event = {"event_id": str(uuid.uuid4()), "type": type, "run_id": run, "payload": payload}
        while True:
            try:
                status, answer = self.post(f"/events/{session}{query}", event)
                if status < 500 and status != 429:
                    return status, answer
            except OSError:
                pass  # The server is away.
            time.sleep(1)

    def commands(self, agent):
        """Yields what is asked of an agent, and goes on after an interruption where it was."""
        last = None
        while True:
            try:
                query = f"?last_event_id={last}" if last else "?from=earliest"
                request = urllib.request.Request(f"{self.address}/agents/{agent}/commands{query}", headers=self.headers)
                # The server says something at least every 15 seconds.
                with self.http.open(request, timeout=60) as stream:
                    for line in stream:
                        if line.startswith(b"id:"):
                            last = line[3:].strip().decode()
                        elif line.startswith(b"data:"):
                            yield json.loads(line[5:])
            except urllib.error.HTTPError as refused:
                if refused.code < 500 and refused.code != 429:
                    raise SystemExit(f"The server refuses: {refused.code} {refused.read().decode()}") from None
            except OSError:
                pass
            time.sleep(1)


class Run(threading.Thread):
    def __init__(self, server, asked):
        super().__init__(daemon=True)
        self.server, self.session, self.run_id = server, asked["session_id"], asked["payload"]["run_id"]
        given = asked["payload"].get("input")
        self.input = given if isinstance(given, dict) else {}
        self.stop = threading.Event()
        self.done = threading.Event()
        self.steering = queue.SimpleQueue()

    def publish(self, type, payload, query=""):
        status, answer = self.server.publish(self.session, self.run_id, type, payload, query)
        if status == 409:
            self.stop.set()  # The run has ended elsewhere, as when its lease was lost.
        elif status != 200:
            print(f"The server refuses {type} of run {self.run_id}: {status} {answer}", flush=True)
        return status, answer

    def run(self):
        # Of all workers that claim it one gets it; the others are answered 409.
        status, _ = self.publish("run_started", {"run_id": self.run_id}, f"?claim=true&lease={LEASE}")
        if status != 200:
            return
        threading.Thread(target=self.keep_alive, daemon=True).start()
        try:
            if self.count():
                self.publish("run_completed", {"run_id": self.run_id})
            else:
                self.publish("run_cancelled", {"run_id": self.run_id, "termination_reason": "interrupted"})
        except Exception as fault:
            self.publish("run_failed", {"run_id": self.run_id, "error": str(fault), "error_type": type(fault).__name__})
        finally:
            self.done.set()

    def count(self):
        message = f"{self.run_id}-count"
        self.publish("agent_message_start", {"message_id": message, "agent": "counter"})
        text = ""
        for number in range(1, int(self.input.get("to", 10)) + 1):
            if self.stop.wait(float(self.input.get("pause", 0.5))):
                break
            while not self.steering.empty():
                self.publish("agent_thought", {"agent": "counter", "content": f"I was told: {self.steering.get()}"})
            text += f"{number} "
            self.publish("agent_message_delta", {"message_id": message, "delta": f"{number} "})
        self.publish("agent_message_end", {"message_id": message, "agent": "counter", "content": text})
        return not self.stop.is_set()

    def keep_alive(self):
        """Renews the lease while the run says nothing. When the server refuses, the run isn't ours any more."""
        while not self.done.wait(LEASE / 3):
            try:
                status, _ = self.server.post(f"/sessions/{self.session}/runs/{self.run_id}/lease")
                if status == 409:
                    self.stop.set()
            except OSError:
                pass


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--server", default="http://localhost:8000", help="where EventStream is (%(default)s)")
    options.add_argument("--agent", default="counter", help="the name to be asked by (%(default)s)")
    options = options.parse_args()
    server = Server(options.server, os.environ.get("EVENTSTREAM_KEY"))
    print(f"Waits for runs of '{options.agent}' at {options.server}. Ctrl+C ends it.", flush=True)
    runs = {}
    for command in server.commands(options.agent):
        payload = command.get("payload", {})
        key = (command.get("session_id"), payload.get("run_id"))
        if command["type"] == "run_requested" and key not in runs:
            runs = {known: run for known, run in runs.items() if run.is_alive()}
            runs[key] = Run(server, command)
            runs[key].start()
        elif key in runs and command["type"] == "run_interrupt_requested":
            runs[key].stop.set()
        elif key in runs and command["type"] == "run_steered":
            runs[key].steering.put(payload["message"])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
