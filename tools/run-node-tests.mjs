// Runs the *.test.mjs files of some folders under Node's test runner and ends with the plain totals.
// Usage: node tools/run-node-tests.mjs [--concurrency=N] FOLDER...
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { exitCode, formatTotals, NO_TESTS } from "./totals.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "1" } },
});

const totals = { ...NO_TESTS };
const events = run({
  files: positionals.flatMap(testFiles),
  concurrency: Number(values.concurrency),
});
events.on("test:pass", (test) => count(test, "passed"));
events.on("test:fail", (test) => count(test, "failed"));
events.compose(new spec()).pipe(process.stdout);

// At exit, so that it stands below the reporter's summary.
process.once("exit", () => {
  process.stdout.write(`\n${formatTotals(totals)}\n`);
  process.exitCode = exitCode(totals);
});

function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => resolve(join(folder, name)));
}

/** Suites and files are not tests; their own failures (in hooks, in loading) are. */
function count(test, outcome) {
  if (isSuite(test) && !failedByItself(test)) return;
  const skipped = test.skip !== undefined || test.todo !== undefined;
  totals[skipped ? "skipped" : outcome] += 1;
}

/** A file without tests is reported as one test with the file's name. */
function isSuite(test) {
  return test.details.type === "suite" || test.name === test.file;
}

function failedByItself({ details }) {
  return details.error !== undefined && details.error.failureType !== "subtestsFailed";
}
