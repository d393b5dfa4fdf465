import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "./support/eventually.js";
import { newSession, notes, publish, serverUrl } from "./support/server.js";

const root = join(import.meta.dirname, "..");
const run = (command: string, args: readonly string[], cwd = root) => execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The code in a document of the project. */
const blocks = (language: string, document = join(root, "README.md")) =>
  [...readFileSync(document, "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);

/** Type-checks the files of a folder as a strict project does. */
function check(folder: string, files: readonly string[], module = "NodeNext", moduleResolution = "NodeNext"): string {
  const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, types: [], lib: ["ES2022", "DOM"], target: "ES2022", jsx: "react-jsx", module, moduleResolution };
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  return spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", "."], { cwd: folder, encoding: "utf8" }).stdout;
}

/** A folder with the package installed as in a project. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "eventstream-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules/@eventstream"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/@eventstream/client"));
  for (const name of ["react", "@types"]) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}

describe("the package", () => {
  beforeAll(() => void run(process.execPath, ["scripts/build.mjs"]));

  it.each([
    // Events and reducers, of which a page takes what it uses.
    ["index.js", 22_000],
    ["react/index.js", 3_500],
    ["components/index.js", 17_000],
    ["markdown/index.js", 1_900],
    ["styles.css", 4_500],
  ])("has a %s of at most %d bytes, compressed", (name, limit) => {
    expect(gzipSync(readFileSync(join(root, "dist", name)), { level: 9 }).length).toBeLessThanOrEqual(limit);
  });

  it.each([
    ["only streams", 10_000, 'export { createEventStream } from "@eventstream/client";'],
    // Of it 10 kB are the texts and what they bring along, which a page with other components has anyway.
    ["lays out Markdown, with the packages that do so,", 85_000, 'export { MessageView } from "@eventstream/client/markdown";'],
  ])("costs a page that %s at most %d bytes, compressed", async (_, limit, code) => {
    const folder = project();
    writeFileSync(join(folder, "main.mjs"), code);
    const { output } = await build({ input: join(folder, "main.mjs"), write: false, external: [/^react($|\/)/], output: { minify: true }, onLog: (level, log, handle) => log.code === "MODULE_LEVEL_DIRECTIVE" || handle(level, log) });
    expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThanOrEqual(limit);
  });

  it("is under 75 kB, and has types", () => {
    const [{ size, files }] = JSON.parse(run("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"])) as [{ size: number; files: { path: string }[] }];
    expect(size).toBeLessThan(75_000);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(["dist/index.js", "dist/types/index.d.ts", "dist/styles.css", "README.md"]));
  });

  it("streams in plain Node, and lets the process end", async () => {
    const sessionId = newSession();
    await publish(serverUrl(), sessionId, ...notes(3));
    const folder = project();
    writeFileSync(
      join(folder, "main.mjs"),
      `import { createEventStream } from "@eventstream/client";
       for await (const event of createEventStream({ baseUrl: "${serverUrl()}", sessionId: "${sessionId}", from: "earliest" })) {
         console.log(event.payload.n);
         if (event.payload.n === 2) break;
       }`,
    );
    expect(run(process.execPath, ["main.mjs"], folder)).toBe("0\n1\n2\n");
  });

  it("renders on a server", () => {
    const folder = project();
    symlinkSync(join(root, "node_modules/react-dom"), join(folder, "node_modules/react-dom"));
    writeFileSync(
      join(folder, "main.mjs"),
      `import { createElement } from "react";
       import { renderToString } from "react-dom/server";
       import { useAgentEvents } from "@eventstream/client/react";
       import { RunStatus } from "@eventstream/client/components";
       const View = () => createElement(RunStatus, { events: useAgentEvents("demo", { baseUrl: "http://localhost:1" }).events });
       console.log(renderToString(createElement(View)));`,
    );
    expect(run(process.execPath, ["main.mjs"], folder)).toContain("No run yet.");
  });

  it.each([
    ["NodeNext", "NodeNext"],
    ["ESNext", "Bundler"],
  ])("type-checks in a strict project of %s", (module, moduleResolution) => {
    const folder = project();
    writeFileSync(
      join(folder, "main.ts"),
      `import { createEventStream, isWorkflowEvent, reduceRuns, initialRuns, type AgentEvent, type EventOf } from "@eventstream/client";
       import { useAgentEvents } from "@eventstream/client/react";
       import { AgentTimeline } from "@eventstream/client/components";
       const stream = createEventStream({ broadcast: true });
       stream.onEvent((event: AgentEvent) => {
         if (event.type === "tool_call_started") event.payload.tool_name.length;
         if (isWorkflowEvent(event)) event.type satisfies \`workflow_\${string}\`;
       });
       // @ts-expect-error a session or a project, not both
       createEventStream({ sessionId: "a", projectId: "b" });
       export const result = (event: EventOf<"tool_call_result">): string | null | undefined => event.payload.error;
       export const View = () => AgentTimeline({ events: useAgentEvents("a", { handlers: { tool_call_delta: (event) => event.payload.delta.length, mine: (event) => event.payload.x } }).events });
       export const runs = reduceRuns(initialRuns, {} as AgentEvent).runs[0]?.status;`,
    );
    expect(check(folder, ["main.ts"], module, moduleResolution)).toBe("");
  });

  it("type-checks as the README uses it", () => {
    const folder = project();
    const files: [string, string][] = [
      ...blocks("ts").map((code, i): [string, string] => [`block${i}.ts`, `declare const process: { stdout: { write(text: string): void } };\n${code}`]),
      // Lines of a component.
      ...blocks("tsx").map((code, i): [string, string] => [`view${i}.tsx`, `${code.replace("\n\n", "\n\nexport function View() {\n")}}\n`]),
    ];
    expect(files.length).toBeGreaterThan(3);
    for (const [name, code] of files) writeFileSync(join(folder, name), code);
    expect(check(folder, files.map(([name]) => name))).toBe("");
  });

  it("publishes and watches as the README does, as often as it is started", async () => {
    const sessionId = newSession();
    const folder = project();
    const [watch = "", publisher = ""] = blocks("ts").map((code) => code.replaceAll("http://localhost:8000", serverUrl()).replaceAll('"demo"', JSON.stringify(sessionId)));
    writeFileSync(join(folder, "watch.mjs"), watch);
    writeFileSync(join(folder, "publish.mjs"), publisher);
    const watcher = spawn(process.execPath, ["watch.mjs"], { cwd: folder });
    onTestFinished(() => void watcher.kill());
    let said = "";
    watcher.stdout.on("data", (part: Buffer) => (said += part.toString()));

    run(process.execPath, ["publish.mjs"], folder);
    run(process.execPath, ["publish.mjs"], folder);

    await eventually(() => expect(said).toBe("All is well.All is well."));
  });

  it("shows a short line of itself where an error ends a program", () => {
    const folder = project();
    writeFileSync(join(folder, "main.mjs"), 'import { createPublisher } from "@eventstream/client";\ncreatePublisher({ baseUrl: "http://localhost:1", sessionId: "not an id" });');
    const { stderr } = spawnSync(process.execPath, ["main.mjs"], { cwd: folder, encoding: "utf8" });
    expect(stderr).toContain("not an id");
    expect(Math.max(...stderr.split("\n").map((line) => line.length))).toBeLessThan(1000);
  });

  it("has code in the project's README that can be read", () => {
    const document = join(root, "../../README.md");
    const scripts = [...blocks("js", document), ...blocks("html", document).map((page) => /<script type="module">(.*?)<\/script>/s.exec(page)?.[1] ?? "")];
    expect(scripts.length).toBeGreaterThan(2);
    for (const input of scripts) {
      expect(input).toContain("new ");
      expect(spawnSync(process.execPath, ["--input-type=module", "--check"], { input, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    }
  });
});
