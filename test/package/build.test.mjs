import { deepStrictEqual, match } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { importsDynamically, staticGraph } from "../../tools/module-graph.mjs";

const HEAVY = ["apache-arrow", "parquet-wasm", "hyparquet", "hyparquet-writer"];

describe("dist", () => {
  it("keeps the worker URLs in the form that bundlers look for", () => {
    match(
      readFileSync("dist/worker/storage-client.js", "utf8"),
      /new Worker\(new URL\("\.\/storage\.worker\.js", import\.meta\.url\), \{ type: "module" \}\)/,
    );
    match(
      readFileSync("dist/worker/parquet-worker.js", "utf8"),
      /new Worker\(new URL\("\.\/parquet\.worker\.js", import\.meta\.url\), \{ type: "module" \}\)/,
    );
  });

  it("starts without Arrow and without the Parquet codec", () => {
    const { packages } = staticGraph("dist/index.js");

    deepStrictEqual(
      HEAVY.filter((name) => packages.has(name)),
      [],
    );
  });

  it("imports no package at all in the core but uuidv7", () => {
    deepStrictEqual([...staticGraph("dist/tinyfs/index.js").packages], ["uuidv7"]);
  });

  it("imports statically in workers, as the older bundlers demand", () => {
    const workers = ["dist/worker/storage.worker.js", "dist/worker/parquet.worker.js"];
    const files = workers.flatMap((worker) => [...staticGraph(worker).files]);

    deepStrictEqual(files.filter(importsDynamically), []);
  });

  it("loads the symbols first, in every entry and worker", () => {
    const entries = [
      "dist/index.js",
      "dist/tinyfs/index.js",
      "dist/arrow/index.js",
      "dist/interop/index.js",
      "dist/shell/index.js",
      "dist/worker/storage.worker.js",
      "dist/worker/parquet.worker.js",
    ];

    const without = entries.filter((path) => {
      const [first] = readFileSync(path, "utf8").match(/^import .*$/m) ?? [];
      return !/symbols\.js"/.test(first ?? "");
    });

    deepStrictEqual(without, []);
  });
});
