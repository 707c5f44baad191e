import { deepStrictEqual, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";

const WRITTEN = ["LICENSE", "README.md", "CHANGELOG.md", "docs/licences.md", "package.json"];

const files = packedFiles();

describe("npm pack", () => {
  it("holds the licence, the readme and the entry points", () => {
    const wanted = [
      ...WRITTEN,
      "dist/index.js",
      "dist/index.d.ts",
      "dist/tinyfs/index.js",
      "dist/arrow/index.js",
      "dist/interop/index.js",
      "dist/shell/index.js",
    ];

    deepStrictEqual(
      wanted.filter((path) => !files.includes(path)),
      [],
    );
  });

  it("holds both workers, as modules and in the standalone folder", () => {
    const wanted = [
      "dist/worker/storage.worker.js",
      "dist/worker/parquet.worker.js",
      "dist/standalone/tinypond.js",
      "dist/standalone/interop.js",
      "dist/standalone/shell.js",
      "dist/standalone/apache-arrow.js",
      "dist/standalone/storage.worker.js",
      "dist/standalone/parquet.worker.js",
    ];

    deepStrictEqual(
      wanted.filter((path) => !files.includes(path)),
      [],
    );
    ok(files.some((path) => /^dist\/standalone\/.*\.wasm$/.test(path)));
  });

  it("holds nothing else than what is built and written for users", () => {
    const other = files.filter(
      (path) => !/^dist\/.*\.(js|d\.ts|wasm)$/.test(path) && !WRITTEN.includes(path),
    );

    deepStrictEqual(other, []);
  });
});

function packedFiles() {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  return JSON.parse(output)[0].files.map(({ path }) => path);
}
