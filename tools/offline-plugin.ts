import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const source = readFileSync(new URL("./service-worker.js", import.meta.url), "utf8");

/** Puts a service worker beside the page that knows all files of the build. */
export function offline(): Plugin {
  return {
    name: "tinypond-offline",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const hash = createHash("sha256");
        const files: string[] = [];
        for (const [name, part] of Object.entries(bundle)) {
          hash.update(name).update(part.type === "asset" ? part.source : part.code);
          files.push(name === "index.html" ? "./" : `./${name}`);
        }
        const version = hash.digest("hex").slice(0, 16);
        const known = `const FILES = ${JSON.stringify(files)};\nconst VERSION = "${version}";\n`;
        this.emitFile({
          type: "asset",
          fileName: "service-worker.js",
          source: known + source,
        });
      },
    },
  };
}
