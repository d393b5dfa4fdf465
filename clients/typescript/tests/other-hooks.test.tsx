// @vitest-environment jsdom
import "./support/dom.js";
import { StrictMode, type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { initialMessages, reduceMessages, type AgentEvent } from "../src/index.js";
import { EventStreamProvider, useAgentEvents, useIngestStream, useProjectEvents, useReduced, useStreamEvents } from "../src/react/index.js";
import { numbers, upTo } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { setUp, show } from "./support/hooks.js";
import { newSession, notes, publish } from "./support/server.js";

describe("the other hooks", () => {
  it("useProjectEvents gives what all sessions of the project published, once each, from the earliest, and goes on by the project's own cursor", async () => {
    const { baseUrl, sessionId, fetch, opened } = setUp();
    const [projectId, other] = [newSession(), newSession()];
    const inProject = (count: number, first: number) => notes(count, first).map((note) => ({ ...note, project_id: projectId }));
    await publish(baseUrl, sessionId, ...inProject(2, 0), ...notes(1, 100));
    await publish(baseUrl, other, ...inProject(1, 2));
    const { last, unmount } = show(() => useProjectEvents(projectId, { baseUrl, fetch }));
    await eventually(() => expect(numbers(last().events)).toEqual([0, 1, 2]));
    await publish(baseUrl, sessionId, ...inProject(1, 3));
    await publish(baseUrl, other, ...inProject(1, 4), ...notes(1, 101));
    await eventually(() => expect(numbers(last().events)).toEqual(upTo(5)));
    expect(last().events.map((event) => event.session_id)).toEqual([sessionId, sessionId, other, sessionId, other]);
    expect(last()).toMatchObject({ isConnected: true, error: undefined, stats: { total: 5, gaps: 0 } });
    unmount();

    const cursor = last().lastEventId as string;
    const history = (await (await globalThis.fetch(`${baseUrl}/projects/${projectId}/events/history`)).json()) as { cursor: string };
    expect(cursor).toBe(history.cursor);
    await publish(baseUrl, other, ...inProject(1, 5));
    const resumed = show(() => useProjectEvents(projectId, { baseUrl, fetch, lastEventId: cursor }));
    await eventually(() => expect(numbers(resumed.last().events)).toEqual([5]));
    expect(opened.map((url) => new URL(url).pathname)).toEqual([`/projects/${projectId}/events`, `/projects/${projectId}/events`]);
    expect(show(() => useProjectEvents(null)).last().state).toBe("idle");
  });

  it("useStreamEvents gives what is broadcast, or a session, whichever is named", async () => {
    const { baseUrl, sessionId, fetch, opened } = setUp();
    const answer = await globalThis.fetch(`${baseUrl}/events/${sessionId}?broadcast=true`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(notes(2, 0)) });
    expect(answer.status).toBe(200);
    const own = (events: readonly AgentEvent[]) => numbers(events.filter((event) => event.session_id === sessionId));
    const all = show(() => useStreamEvents({ broadcast: true }, { baseUrl, fetch }));
    await eventually(() => expect(own(all.last().events)).toEqual([0, 1]));
    const session = show(() => useStreamEvents({ sessionId }, { baseUrl, fetch }));
    await eventually(() => expect(own(session.last().events)).toEqual([0, 1]));
    expect(opened.map((url) => new URL(url).pathname)).toEqual(["/broadcast/events", `/events/${sessionId}`]);
    expect(show(() => useStreamEvents(undefined)).last().state).toBe("idle");
  });

  it("useIngestStream follows a job that another system told of, below a provider, and its project sees the same", async () => {
    const { baseUrl, sessionId: jobId, fetch } = setUp();
    const projectId = newSession();
    const tell = async (name: string, status: string, progress: number) => {
      const job = { id: jobId, project_id: projectId, source_path: "/a.pdf", status, progress, created_at: "2025-12-19T07:39:07Z", updated_at: "2025-12-19T07:39:08Z" };
      const answer = await globalThis.fetch(`${baseUrl}/ingest/argos`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ type: `ingest.job.${name}`, timestamp: job.updated_at, job }) });
      expect(answer.status, await answer.clone().text()).toBe(200);
    };
    await tell("created", "queued", 0);
    const wrap = (child: ReactNode) => <EventStreamProvider baseUrl={baseUrl} fetch={fetch}>{child}</EventStreamProvider>;
    const job = show(() => useIngestStream(projectId, jobId), wrap);
    const project = show(() => useProjectEvents(projectId), wrap);
    await eventually(() => expect(job.last().events).toMatchObject([{ type: "ingest_job_created" }]));
    await tell("updated", "running", 0.5);
    await tell("completed", "completed", 1);
    for (const { last } of [job, project]) {
      await eventually(() => expect(last().events.map((event) => event.type)).toEqual(["ingest_job_created", "ingest_job_updated", "ingest_job_completed"]));
      expect(last().events[1]).toMatchObject({ session_id: jobId, project_id: projectId, payload: { job_id: jobId, progress: 0.5 } });
      expect(last().stats.malformed).toBe(0);
    }
    expect(show(() => useIngestStream(projectId, null)).last().state).toBe("idle");
  });

  it("useReduced reduces each event once, and begins anew when the list does", async () => {
    const { baseUrl, sessionId, fetch } = setUp();
    const reduce = vi.fn(reduceMessages);
    const texts: string[] = [];
    const { last } = show(() => {
      const result = useAgentEvents(sessionId, { baseUrl, fetch, maxEvents: 2 });
      texts.push(useReduced(reduce, initialMessages, result.events).messages.map((message) => message.text).join("|"));
      return result;
    }, (child) => <StrictMode>{child}</StrictMode>);
    const delta = (text: string) => ({ type: "agent_message_delta", payload: { message_id: "m", delta: text } });
    for (const [i, text] of ["a", "b", "c", "d"].entries()) {
      await publish(baseUrl, sessionId, delta(text));
      await eventually(() => expect(last().stats.total).toBe(i + 1));
    }
    expect(texts.at(-1)).toBe("abcd");
    expect(last().events).toHaveLength(2);
    expect(reduce).toHaveBeenCalledTimes(4);
    last().clear();
    await eventually(() => expect(texts.at(-1)).toBe(""));
  });
});
