// Writes pages with all components into a folder: one without styles of its own, and one for each style sheet that many pages begin with.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build } from "rolldown";
import { compile } from "tailwindcss";

const root = resolve(import.meta.dirname, "../..");
const packages = join(root, "node_modules");
const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const read = (...path) => readFileSync(join(...path), "utf8");
const template = (name) => ["index", "App"].map((file) => read(packages, name, "template-react-ts/src", `${file}.css`)).join("\n");

async function tailwind(imports) {
  const resolved = createRequire(import.meta.url);
  const loadStylesheet = async (id, base) => {
    const path = resolved.resolve(id);
    return { path, base, content: readFileSync(path, "utf8") };
  };
  return (await compile(imports, { base: root, loadStylesheet })).build([]);
}

const styles = {
  bare: "",
  vite: template("create-vite"),
  "vite-6": template("create-vite-6"),
  tailwind: await tailwind('@import "tailwindcss/theme.css"; @import "tailwindcss/preflight.css";'),
  "tailwind-layers": await tailwind('@layer theme, base; @import "tailwindcss/theme.css" layer(theme); @import "tailwindcss/preflight.css" layer(base);'),
  bootstrap: read(packages, "bootstrap/dist/css/bootstrap-reboot.css"),
};

await build({
  cwd: root,
  input: "tests/pages/gallery.tsx",
  transform: { define: { "process.env.NODE_ENV": '"production"' } },
  onLog: (level, log, handle) => log.code === "MODULE_LEVEL_DIRECTIVE" || handle(level, log),
  output: { file: join(folder, "gallery.js"), format: "iife" },
});
const own = ["styles", "trace", "values"].map((name) => read(root, `src/${name}.css`)).join("\n");
for (const [name, css] of Object.entries(styles)) {
  // The page's rules come last, where they win over others of the same weight.
  writeFileSync(join(folder, `${name}.html`), `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,"><style>${own}</style><style>${css}</style><body><div id="root"></div><script src="gallery.js"></script></body></html>`);
}
