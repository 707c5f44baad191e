import { randomBytes } from "node:crypto";
import { appending, describeGate, prepending, replacing } from "./gate.mjs";

describeGate("check:build", {
  faults: [
    {
      name: "a type error",
      files: { "src/tinyfs/path.ts": appending("export const sum: number = splitPath;") },
      reports: /src\/tinyfs\/path.ts.*TS2322/,
    },
    {
      name: "a worker that is not there",
      files: {
        "src/worker/storage-client.ts": replacing("./storage.worker.js", "./missing.worker.js"),
      },
      reports: /missing\.worker/,
    },
    {
      name: "a demo that does not build",
      files: { "demo/main.ts": prepending('import "./missing.ts";') },
      reports: /missing\.ts/,
    },
  ],
});

describeGate("check:size", {
  extra: {
    "dist/standalone/tinypond.js": 'export { open } from "./chunk.js";\n',
    "dist/standalone/chunk.js": "export const open = 1;\n",
    "dist/standalone/shell.js": 'import "./chunk.js";\n',
    "dist/standalone/storage.worker.js": "postMessage(1);\n",
    "dist/standalone/parquet.worker.js": "postMessage(1);\n",
  },
  faults: [
    {
      name: "a main entry whose imports are too large",
      files: { "dist/standalone/chunk.js": appending(incompressible(30_000)) },
      reports: /^OVER main entry /m,
    },
    {
      name: "a shell that is too large beside the main entry",
      files: { "dist/standalone/shell.js": appending(incompressible(27_000)) },
      reports: /^OVER shell /m,
    },
    {
      name: "a storage worker that is too large",
      files: { "dist/standalone/storage.worker.js": appending(incompressible(25_000)) },
      reports: /^OVER storage worker /m,
    },
    {
      name: "a parquet worker that is too large",
      files: { "dist/standalone/parquet.worker.js": appending(incompressible(60_000)) },
      reports: /^OVER parquet worker /m,
    },
    {
      name: "a dependency that is not bundled",
      files: { "dist/standalone/tinypond.js": prepending('import "comlink";') },
      reports: /not bundled into it are comlink/,
    },
    {
      name: "a main entry that loads apache-arrow at its start",
      files: {
        "src/arrow/index.ts":
          'import { tableFromIPC } from "apache-arrow";\n\nexport const readRows: (bytes: Uint8Array) => Promise<number> = async (bytes) =>\n  tableFromIPC(bytes).numRows;\n',
      },
      first: ["build"],
      reports: /^OVER main entry /m,
    },
  ],
});

describeGate("check:package", {
  prepare: "build",
  faults: [
    {
      name: "an entry point that is not there",
      files: { "package.json": replacing("./dist/tinyfs/index.js", "./dist/tinyfs/missing.js") },
      reports: /exports.*dist\/tinyfs\/missing\.js.*does not exist/,
    },
  ],
});

describeGate("check:resolution", {
  prepare: "build",
  faults: [
    {
      name: "an entry point whose types are not there",
      files: {
        "package.json": replacing("./dist/tinyfs/index.d.ts", "./dist/tinyfs/missing.d.ts"),
      },
      reports: /"tinypond\/tinyfs"\s+node16 \(from ESM\): .*Used fallback condition/,
    },
  ],
});

/** A comment of about so many bytes after gzip, which halves hexadecimal digits. */
function incompressible(bytes) {
  return `//${randomBytes(bytes).toString("hex")}`;
}
