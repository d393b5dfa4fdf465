import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

// The server sends the .gz file to browsers that take it, and compresses nothing itself.
const gzipped: Plugin = {
  name: "gzipped",
  writeBundle({ dir = "" }) {
    const assets = join(dir, "assets");
    for (const name of readdirSync(assets).filter((each) => /\.(js|css)$/.test(each))) writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name)), { level: 9 }));
  },
};

export default defineConfig({
  // The server completes the addresses in index.html: the page is shown at several depths, and under the prefix of a proxy.
  base: "./",
  plugins: [gzipped],
  build: {
    target: "es2022",
    // The first versions with light-dark().
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The page's policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // "use client" only matters when the package is bundled for a server.
    rolldownOptions: { onLog: (level, log, handle) => log.code === "MODULE_LEVEL_DIRECTIVE" || handle(level, log) },
  },
});
