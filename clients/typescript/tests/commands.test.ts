import { describe, expect, it, vi } from "vitest";
import { answerApproval, askAgent, createEventStream, jsonOf, parseEvent, steerRun, stopRun, type AgentEvent } from "../src/index.js";
import { eventually } from "./support/eventually.js";
import { fakeServer, problem, status, type Answer } from "./support/fake-server.js";
import { newSession, publish, serverUrl } from "./support/server.js";

const asked = { run_id: "r1", agent: "planner", listeners: 1, id: "7-1" };
const receipt = { event_id: "e1", id: "7-2", outcome: "stored" };
const json = (body: unknown, code = 200): Answer => status(code, { "content-type": "application/json" }, JSON.stringify(body));
const run = { sessionId: "s", runId: "r1" };

/** Keeps the bodies that come. */
function reading(answer: Answer): { answer: Answer; bodies: string[] } {
  const bodies: string[] = [];
  return {
    bodies,
    answer: (response, request) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        bodies.push(body);
        answer(response, request);
      });
    },
  };
}

describe("commands to a server", () => {
  const setUp = () => ({ baseUrl: serverUrl(), sessionId: newSession() });
  const logOf = async ({ baseUrl, sessionId }: { baseUrl: string; sessionId: string }) =>
    ((await (await fetch(`${baseUrl}/events/${sessionId}/history`)).json()) as { events: AgentEvent[] }).events.map(({ type, payload }) => [type, payload] as const);

  it("are events of the session", async () => {
    const to = setUp();
    const answer = await askAgent({ ...to, agent: "planner", input: { question: "Is it up?" }, runId: "r1", requestedBy: "ada" });
    expect(answer).toMatchObject({ run_id: "r1", agent: "planner", listeners: 0, id: expect.stringMatching(/-1$/) });
    await publish(to.baseUrl, to.sessionId, { type: "run_started", payload: { run_id: "r1" } }, { type: "tool_approval_requested", payload: { approval_id: "a 1", run_id: "r1", tool_call_id: "t1", tool_name: "rm", args: {} } });
    expect(await steerRun({ ...to, runId: "r1", message: "Look at the logs first.", requestedBy: "ada" })).toMatchObject({ outcome: "stored" });
    await answerApproval({ ...to, runId: "r1", approvalId: "a 1", approved: false, reason: "Not now.", answeredBy: "ada" });
    await stopRun({ ...to, runId: "r1", reason: "user_stop", requestedBy: "ada" });
    expect(await logOf(to)).toEqual([
      ["run_requested", { run_id: "r1", agent: "planner", input: { question: "Is it up?" }, requested_by: "ada" }],
      ["run_started", { run_id: "r1" }],
      ["tool_approval_requested", { approval_id: "a 1", run_id: "r1", tool_call_id: "t1", tool_name: "rm", args: {} }],
      ["run_steered", { run_id: "r1", message: "Look at the logs first.", requested_by: "ada", agent: "planner" }],
      ["tool_approval_answered", { approval_id: "a 1", run_id: "r1", approved: false, reason: "Not now.", answered_by: "ada", agent: "planner" }],
      ["run_interrupt_requested", { run_id: "r1", reason: "user_stop", requested_by: "ada", agent: "planner" }],
    ]);
  });

  it("ask for one run, however often its id comes, and have an id of their own without one", async () => {
    const to = setUp();
    const first = await askAgent({ ...to, agent: "planner" });
    expect(first.run_id).toMatch(/^run-[0-9a-f]{32}$/);
    expect(await askAgent({ ...to, agent: "planner", runId: first.run_id })).toMatchObject({ run_id: first.run_id, listeners: 0 });
    expect(await logOf(to)).toHaveLength(1);
    await expect(askAgent({ ...to, agent: "other", runId: first.run_id })).rejects.toMatchObject({ code: "refused", status: 409, title: `Run '${first.run_id}' is one of the agent 'planner'; ask for another run.` });
  });

  it("are refused in the server's words", async () => {
    const to = setUp();
    await expect(stopRun({ ...to, runId: "r1" })).rejects.toMatchObject({ status: 404, title: `session:${to.sessionId} knows no run 'r1'; name its agent if it goes on all the same.`, message: `The server answered 404: session:${to.sessionId} knows no run 'r1'; name its agent if it goes on all the same.` });
    await publish(to.baseUrl, to.sessionId, { type: "run_started", payload: { run_id: "r1" } }, { type: "tool_approval_requested", payload: { approval_id: "a1", run_id: "r1", tool_call_id: "t1", tool_name: "rm", args: {} } });
    await expect(answerApproval({ ...to, runId: "r1", approvalId: "other", approved: true })).rejects.toMatchObject({ status: 404 });
    await answerApproval({ ...to, runId: "r1", approvalId: "a1", approved: true, answeredBy: "ada" });
    await expect(answerApproval({ ...to, runId: "r1", approvalId: "a1", approved: false })).rejects.toMatchObject({ status: 409, title: "'a1' was approved already, by ada; the first answer counts." });
    await publish(to.baseUrl, to.sessionId, { type: "run_completed", payload: { run_id: "r1" } });
    await expect(steerRun({ ...to, runId: "r1", message: "so" })).rejects.toMatchObject({ status: 409, title: "Run 'r1' has ended." });
    await expect(askAgent({ ...to, agent: "planner", input: "x".repeat(256 * 1024) })).rejects.toMatchObject({ status: 413, code: "refused" });
  });

  it("send numbers as they came, and dates as JSON writes them", async () => {
    const to = setUp();
    const event = parseEvent('{"type":"note","payload":{"big":9007199254740993}}') as AgentEvent;
    await askAgent({ ...to, agent: "planner", input: { came: event.payload, at: new Date(0) } });
    const stream = createEventStream({ ...to, from: "earliest" });
    for await (const { payload } of stream) {
      expect(jsonOf((payload as { input: unknown }).input)).toBe('{"came":{"big":9007199254740993},"at":"1970-01-01T00:00:00.000Z"}');
      break;
    }
  });
});

describe("a mistake is told at once, without a request", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  it.each([
    ["sessionId", { sessionId: "" }, "sessionId is ''; it has 1 to 128 letters, digits and . _ : @ - and begins with a letter or digit."],
    ["agent", { agent: "a b" }, "agent is 'a b'; it has 1 to 128 letters"],
    ["no agent", { agent: undefined }, "agent is undefined"],
    ["run", { runId: ".." }, "runId is '..'"],
    ["number for a run", { runId: 7 }, "runId is 7; it is a text."],
    ["name", { requestedBy: 7 }, "requestedBy is 7; it is a text."],
    ["function as input", { input: () => {} }, "input is a function, which JSON can't hold."],
    ["input that ends nowhere", { input: cyclic }, "input can't be written as JSON: "],
    ["input that JSON hasn't", { input: { a: 1n } }, "input can't be written as JSON: "],
    ["address", { baseUrl: "localhost:8000" }, "which is no address of http or https"],
    ["header", { headers: { "a b": "c" } }, "The headers can't be sent"],
    ["time", { connectTimeoutMs: 0 }, "connectTimeoutMs is 0"],
    ["fetch", { fetch: "fetch" }, "fetch is 'fetch'; it is a function."],
  ])("the %s", async (_, wrong, message) => {
    const { url, requests } = await fakeServer(json(asked));
    await expect(askAgent({ baseUrl: url, sessionId: "s", agent: "planner", ...wrong } as never)).rejects.toMatchObject({ code: "invalid_option", message: expect.stringContaining(message) });
    expect(requests).toEqual([]);
  });

  it("of the other commands too", async () => {
    const to = { baseUrl: "http://127.0.0.1:1", ...run };
    await expect(steerRun({ ...to, message: "" })).rejects.toThrow("message is empty; it is a text.");
    await expect(steerRun({ ...to, message: 7 as never })).rejects.toThrow("message is 7; it is a text.");
    await expect(answerApproval({ ...to, approvalId: "", approved: true })).rejects.toThrow("approvalId is empty");
    await expect(answerApproval({ ...to, approvalId: "..", approved: true })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(answerApproval({ ...to, approvalId: "a1", approved: "yes" as never })).rejects.toThrow("approved is yes; it is true or false.");
    await expect(stopRun({ ...to, runId: "r/1" })).rejects.toThrow("runId is 'r/1'");
    await expect(stopRun({ ...to, reason: 5 as never })).rejects.toThrow("reason is 5");
  });
});

describe("over the wire", () => {
  it("a command is a POST with the headers of a stream", async () => {
    const { answer, bodies } = reading(json(receipt));
    const { url, requests } = await fakeServer(answer);
    await stopRun({ ...run, baseUrl: `${url}/prefix/`, headers: async () => ({ "x-user": "ada", authorization: "Bearer key" }) });
    expect(requests.map(({ method, url: path, headers }) => [method, path, headers["content-type"], headers.accept, headers["x-user"], headers.authorization])).toEqual([
      ["POST", "/prefix/sessions/s/runs/r1/interrupt", "application/json", "application/json", "ada", "Bearer key"],
    ]);
    expect(bodies).toEqual(["{}"]);
  });

  it("a ticket is shown, and another one after a 401, which did nothing", async () => {
    const { url, requests } = await fakeServer(problem(401, "The ticket has expired; ask for a new one."), json(receipt));
    let made = 0;
    await steerRun({ ...run, baseUrl: url, message: "so", getTicket: async () => `ticket-${++made}` });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer ticket-1", "Bearer ticket-2"]);
    await expect(steerRun({ ...run, baseUrl: url, message: "so", getTicket: () => { throw new Error("signed out"); } })).rejects.toMatchObject({ code: "no_ticket", message: "getTicket failed: signed out" });
  });

  it("a second 401, and one without a ticket, end it", async () => {
    const { url, requests } = await fakeServer(problem(401, "The ticket has expired; ask for a new one."));
    const getTicket = vi.fn(() => "ticket");
    await expect(askAgent({ sessionId: "s", agent: "planner", baseUrl: url, getTicket })).rejects.toMatchObject({ code: "refused", status: 401 });
    expect(getTicket).toHaveBeenCalledTimes(2);
    await expect(stopRun({ ...run, baseUrl: url })).rejects.toMatchObject({ status: 401 });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ["stop", (baseUrl: string) => stopRun({ ...run, baseUrl })],
    ["steer", (baseUrl: string) => steerRun({ ...run, baseUrl, message: "so" })],
    ["answer", (baseUrl: string) => answerApproval({ ...run, baseUrl, approvalId: "a1", approved: true })],
  ])("%s is sent once, because a second one would be another", async (_, act) => {
    const { url, requests } = await fakeServer(status(503, { "retry-after": "0" }), json(receipt));
    await expect(act(url)).rejects.toMatchObject({ code: "unavailable", status: 503, title: undefined, retryAfterMs: 0 });
    expect(requests).toHaveLength(1);
    const broken = await fakeServer((response) => void response.destroy(), json(receipt));
    await expect(act(broken.url)).rejects.toMatchObject({ code: "unreachable" });
    expect(broken.requests).toHaveLength(1);
  });

  it("a request for a run is repeated under its id, twice at most", async () => {
    const { answer, bodies } = reading((response) => void response.destroy());
    const { url } = await fakeServer(answer, status(503), json(asked));
    expect(await askAgent({ sessionId: "s", agent: "planner", baseUrl: url })).toEqual(asked);
    const away = reading((response) => void response.destroy());
    const other = await fakeServer(away.answer);
    await expect(askAgent({ sessionId: "s", agent: "planner", baseUrl: other.url })).rejects.toMatchObject({ code: "unreachable" });
    expect(other.requests).toHaveLength(3);
    expect(new Set(away.bodies).size).toBe(1);
    expect(bodies[0]).toMatch(/"run_id":"run-/);
  });

  it.each([
    [429, { "retry-after": "1" }, 1_000],
    [503, { "retry-after": "60" }, 60_000],
  ])("but not after a %s that asks for time", async (code, headers, retryAfterMs) => {
    const { url, requests } = await fakeServer(status(code, { ...headers, "content-type": "application/problem+json" }, '{"title":"Too fast."}'));
    await expect(askAgent({ sessionId: "s", agent: "planner", baseUrl: url })).rejects.toMatchObject({ code: "unavailable", status: code, title: "Too fast.", retryAfterMs });
    expect(requests).toHaveLength(1);
  });

  it.each([[{}], [{ run_id: "r1" }], [null], [[]]])("an answer such as %j isn't one to a command", async (body) => {
    const { url, requests } = await fakeServer(json(body));
    await expect(askAgent({ sessionId: "s", agent: "planner", baseUrl: url })).rejects.toMatchObject({ code: "not_a_stream", status: 200 });
    await expect(stopRun({ ...run, baseUrl: url })).rejects.toMatchObject({ code: "not_a_stream" });
    expect(requests).toHaveLength(2);
  });

  it("a refusal without words has some", async () => {
    const { url } = await fakeServer(status(403), status(404), status(409, { "content-type": "application/json" }, "[1]"));
    await expect(stopRun({ ...run, baseUrl: url })).rejects.toThrow("The server answered 403: you may not do that");
    await expect(stopRun({ ...run, baseUrl: url })).rejects.toThrow("The server answered 404: there are no commands there; check baseUrl");
    await expect(stopRun({ ...run, baseUrl: url })).rejects.toThrow("The server answered 409: Conflict");
  });

  it("a signal gives up, before and while it waits", async () => {
    const { url, requests } = await fakeServer(() => {});
    await expect(stopRun({ ...run, baseUrl: url, signal: AbortSignal.abort(new Error("left")) })).rejects.toThrow("left");
    expect(requests).toEqual([]);
    const leaving = new AbortController();
    const waiting = askAgent({ sessionId: "s", agent: "planner", baseUrl: url, signal: leaving.signal });
    await eventually(() => expect(requests).toHaveLength(1));
    leaving.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    await expect(stopRun({ ...run, baseUrl: url, getTicket: () => new Promise<string>(() => {}), connectTimeoutMs: 1 })).rejects.toThrow("The server hasn't answered for 0.001 s.");
  });

  it("a server that never answers is given up after a time", async () => {
    const { url } = await fakeServer(() => {});
    await expect(stopRun({ ...run, baseUrl: url, connectTimeoutMs: 20 })).rejects.toMatchObject({ code: "unreachable", message: "The server hasn't answered for 0.02 s." });
    const half = await fakeServer((response) => void response.writeHead(200, { "content-type": "application/json" }).write("{"));
    await expect(askAgent({ sessionId: "s", agent: "planner", baseUrl: half.url, connectTimeoutMs: 20 })).rejects.toMatchObject({ code: "unreachable" });
  });
});
