import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

const repository = new URL("../../../../", import.meta.url);

/** The server that was built last. */
function assembly(): string {
  const built = ["release", "debug"]
    .map((configuration) => fileURLToPath(new URL(`artifacts/bin/EventStream.Api/${configuration}/EventStream.Api.dll`, repository)))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (built[0] === undefined) throw new Error("There is no server to test against: run `dotnet build EventStream.Api -c Release` first.");
  return built[0];
}

export interface RunningProcess {
  readonly url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Ends it as an operator does. */
  stop(): Promise<void>;
}

/** Starts a real server; on a free port unless told which. */
export async function startServer(options: { port?: number; redis?: string; settings?: readonly string[] } = {}): Promise<RunningProcess> {
  const redis = options.redis === undefined ? [] : [`--ConnectionStrings:Redis=${options.redis}`];
  const child = start("dotnet", [assembly(), "--urls", `http://127.0.0.1:${options.port ?? 0}`, ...redis, ...(options.settings ?? [])]);
  const line = await lineOf(child, /Now listening on: (http:\S+)/);
  return { url: line[1] as string, ...endings(child) };
}

/** Starts a Redis that keeps nothing. */
export async function startRedis(): Promise<{ address: string } & Omit<RunningProcess, "url">> {
  const port = await freePort();
  const folder = mkdtempSync(`${tmpdir()}/eventstream-`);
  const child = start("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]);
  child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await lineOf(child, /Ready to accept connections/);
  return { address: `127.0.0.1:${port}`, ...endings(child) };
}

/** Starts a program that ends with the tests, however they end; without setpriv a killed process leaves it behind. */
function start(program: string, args: readonly string[]): ChildProcess {
  const tie = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] : [];
  const [file, ...rest] = [...tie, program, ...args] as [string, ...string[]];
  return spawn(file, rest, { stdio: ["ignore", "pipe", "pipe"] });
}

function lineOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = "";
    const onData = (data: Buffer) => {
      output += data.toString();
      const match = pattern.exec(output);
      if (match !== null) resolve(match);
    };
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}:\n${output}`)));
  });
}

function endings(child: ChildProcess) {
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  return { kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The server that the whole suite shares; each test uses its own sessions. */
export const serverUrl = (): string => inject("serverUrl");

let sessions = 0;
/** A session that no other test has. */
export const newSession = (): string => `ts-${process.pid}-${Date.now()}-${++sessions}`;

/** Publishes events, and returns their cursors. */
export const publish = (baseUrl: string, sessionId: string, ...events: readonly object[]): Promise<string[]> => publishAs(undefined, baseUrl, sessionId, ...events);

/** Publishes events with a key. */
export async function publishAs(key: string | undefined, baseUrl: string, sessionId: string, ...events: readonly object[]): Promise<string[]> {
  const response = await fetch(`${baseUrl}/events/${sessionId}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(events),
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { id: string }[]).map((receipt) => receipt.id);
}

/** Notes with the numbers from a first one on. */
export const notes = (count: number, first = 0): object[] =>
  Array.from({ length: count }, (_, i) => ({ type: "note", payload: { n: first + i } }));
