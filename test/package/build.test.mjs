import { deepStrictEqual, doesNotMatch, match } from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { importsDynamically, staticGraph } from "../../tools/module-graph.mjs";
import { runCommand } from "../../tools/run-command.mjs";

const TSC = "node_modules/typescript/bin/tsc";
const TSC_OPTIONS = [
  ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"],
  ["--lib", "es2023,dom,dom.asynciterable,esnext.disposable", "main.ts"],
].flat();

const USER = `import { openPond } from "tinypond";
import * as tinyfs from "tinypond/tinyfs";
import * as arrow from "tinypond/arrow";
import * as interop from "tinypond/interop";
import * as shell from "tinypond/shell";

export const pond = await openPond("weather");
export const root = pond.root;
export const layers = [tinyfs, arrow, interop, shell];
`;

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

  it("type-checks where it is used, with the libraries' own types", async () => {
    const { output } = await typeCheckUser();

    // Faults in the types of other packages are not ours to mend.
    doesNotMatch(output, /^(main\.ts|node_modules\/tinypond\/)/m);
  });
});

/** A project of its own that has the package, its dependencies and none of our settings. */
async function typeCheckUser() {
  const folder = mkdtempSync(join(tmpdir(), "tinypond-user-"));
  try {
    installPackage(join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "main.ts"), USER);
    return await runCommand(process.execPath, [resolve(TSC), ...TSC_OPTIONS], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function installPackage(modules) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  cpSync("dist", join(modules, "tinypond/dist"), { recursive: true });
  cpSync("package.json", join(modules, "tinypond/package.json"));
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    symlinkSync(resolve("node_modules", name), join(modules, name), "junction");
  }
}
