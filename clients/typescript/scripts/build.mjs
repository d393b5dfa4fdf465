// Writes dist/: the entry points with what they share, minified, and the types that can be reached from them.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "rolldown";
import { parseAst } from "rolldown/parseAst";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const entries = ["index", "react/index", "components/index", "markdown/index"];

rmSync(dist, { recursive: true, force: true });

// Each entry point is bundled by itself and imports the others as published: shared chunks would need exported names on both sides.
for (const entry of entries) {
  await build({
    cwd: root,
    input: `src/${entry}.ts`,
    // The bundler of a page says whether it is one for developers.
    transform: { define: { "process.env.NODE_ENV": "process.env.NODE_ENV" } },
    external: [/^react($|\/)/, "react-markdown", "remark-gfm", "lowlight", /^highlight\.js\//],
    plugins: [
      {
        name: "entries",
        resolveId: (id, importer) => (importer !== undefined && /^\.\.\/((react|components)\/)?index\.js$/.test(id) && !importer.includes("/reducers/") ? { id, external: true } : null),
      },
    ],
    // The check below replaces the warning.
    onLog: (level, log, handle) => log.code === "MODULE_LEVEL_DIRECTIVE" || handle(level, log),
    output: { file: `dist/${entry}.js`, format: "es", minify: true },
  });
}
// An error that ends a program of Node shows the line that threw it: not the whole file.
for (const entry of entries) {
  const file = join(dist, `${entry}.js`);
  writeFileSync(file, inLines(readFileSync(file, "utf8")));
}
// Without it Next.js takes the file for code of the server.
for (const entry of ["react/index", "components/index", "markdown/index"]) {
  if (!/^["']use client["']/.test(readFileSync(join(dist, `${entry}.js`), "utf8"))) throw new Error(`${entry}.js has lost its "use client".`);
}

const { status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
if (status !== 0) process.exit(status ?? 1);

const reached = new Set();
const reach = (file) => {
  if (reached.has(file) || !existsSync(file)) return;
  reached.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g)) reach(join(dirname(file), `${path}.d.ts`));
};
for (const entry of entries) reach(join(dist, "types", `${entry}.d.ts`));
for (const name of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
  const file = join(dist, name);
  if (reached.has(file)) writeFileSync(file, slim(name, readFileSync(file, "utf8")));
  else rmSync(file);
}

// Members whose names explain them need no comment in an editor, streaming does. All comments would double the types' size.
function slim(name, types) {
  const isPlain = /generated|shape|reducers|components|markdown|events\.d/.test(name);
  return (isPlain ? types.replace(/ *\/\*\*.*?\*\/\n?/gs, "") : types).replace(/^ +/gm, (indent) => " ".repeat(indent.length / 4));
}

// A strict project wants a type of whatever it imports.
writeFileSync(join(dist, "types/styles.d.ts"), "export {};\n");
const css = ["styles", "trace", "values"].map((name) => readFileSync(join(root, `src/${name}.css`), "utf8")).join("");
writeFileSync(join(dist, "styles.css"), css.replace(/\/\*.*?\*\//gs, "").replace(/\s*\n\s*/g, "").replace(/([:,]) +/g, "$1").replaceAll(" {", "{").replaceAll(";}", "}"));

// Each statement and each method begins a line.
function inLines(code) {
  const starts = new Set();
  const visit = (node) => {
    if (/Statement$|Declaration$|^MethodDefinition$/.test(node?.type ?? "")) starts.add(node.start);
    if (typeof node === "object" && node !== null) Object.values(node).forEach(visit);
  };
  visit(parseAst(code));
  starts.delete(0);
  const cuts = [0, ...[...starts].sort((a, b) => a - b), code.length];
  return cuts.slice(1).map((end, i) => code.slice(cuts[i], end).trimEnd()).join("\n");
}
