// The budgets of what a page loads, in gzipped bytes of the standalone build: minified, with every
// dependency in it. A file counts with all that it imports statically, since that must arrive before
// its first line runs; what it loads by import() or as a Worker counts on its own.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { staticGraph } from "./module-graph.mjs";

const MAIN = "dist/standalone/tinypond.js";

/** 1 kB is 1,000 bytes. The wasm is apart: it compiles while it arrives. `beside` is there already. */
const BUDGETS = [
  { name: "main entry", file: MAIN, maxBytes: 30_000 },
  { name: "shell", file: "dist/standalone/shell.js", beside: MAIN, maxBytes: 27_000 },
  { name: "storage worker", file: "dist/standalone/storage.worker.js", maxBytes: 25_000 },
  { name: "parquet worker", file: "dist/standalone/parquet.worker.js", maxBytes: 60_000 },
];

const rows = BUDGETS.map((budget) => ({ ...budget, bytes: gzippedBytes(budget) }));
for (const row of rows) console.log(describeRow(row));
process.exitCode = rows.some(isOver) ? 1 : 0;

function gzippedBytes({ file, beside }) {
  const { files, packages } = staticGraph(file);
  if (packages.size > 0) {
    throw new Error(
      `Cannot measure "${file}": not bundled into it are ${[...packages].join(", ")}`,
    );
  }
  const present = beside ? staticGraph(beside).files : new Set();
  return [...files]
    .filter((path) => !present.has(path))
    .map((path) => gzipSync(readFileSync(path)).length)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function describeRow(row) {
  const verdict = isOver(row) ? "OVER" : "ok  ";
  const name = row.name.padEnd(15);
  return `${verdict} ${name} ${kilobytes(row.bytes)} of ${kilobytes(row.maxBytes)} kB  ${row.file}`;
}

function isOver({ bytes, maxBytes }) {
  return bytes > maxBytes;
}

function kilobytes(bytes) {
  return (bytes / 1000).toFixed(1).padStart(5);
}
