// How much JavaScript stands between a person and the first view: what the page itself asks for.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { DEMO_FOLDER } from "./demo-server.mjs";

const LIMIT_BYTES = 100_000;

describe("the page's weight", () => {
  it("is below 100 kB of JavaScript before anything is shown", async (test) => {
    const page = await readFile(join(DEMO_FOLDER, "index.html"), "utf8");
    const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(
      ([, path]) => path,
    );
    const sizes = new Map();

    for (const path of first) await addWithImports(path, sizes);

    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    test.diagnostic(`${sizes.size} scripts, ${total} bytes gzipped; the limit is ${LIMIT_BYTES}`);
    assert.ok(first.length > 0);
    assert.ok(total < LIMIT_BYTES, `${total} bytes: ${[...sizes.keys()].join(", ")}`);
  });
});

/** A script, and what it imports before it runs. */
async function addWithImports(path, sizes) {
  if (sizes.has(path)) return;
  const code = await readFile(join(DEMO_FOLDER, path), "utf8");
  sizes.set(path, gzipSync(code).byteLength);
  for (const [, name] of code.matchAll(/(?:import|from)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
    await addWithImports(join("assets", name), sizes);
  }
}
