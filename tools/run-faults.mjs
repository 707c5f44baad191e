// `npm run test:faults`: strikes ponds at every step of their work, in real browsers, and looks whether
// everything that was promised holds. Writes docs/fault-matrix.md, unless only a part is asked for.
// Usage: node tools/run-faults.mjs [--reduced] [--only CELL] [--scenario NAME] [--point TEXT] [--list]
import { parseArgs } from "node:util";
import { isCostly, parseCell, thinOut } from "../test/faults/cells.mjs";
import { writeReport } from "../test/faults/matrix-report.mjs";
import { MatrixRun } from "../test/faults/matrix-run.mjs";
import { exitCode, formatTotals } from "./totals.mjs";

const { values: options } = parseArgs({
  options: {
    reduced: { type: "boolean", default: false },
    only: { type: "string" },
    scenario: { type: "string" },
    point: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

/** How many cells a run has: those within the browser, and those that need a new page or browser. */
const MOST = options.reduced
  ? { chromium: { cheap: 30, costly: 3 }, firefox: { cheap: 14, costly: 1 } }
  : { chromium: { cheap: 200, costly: 24 }, firefox: { cheap: 120, costly: 12 } };

/** No fault of a test, but a browser that has no more room. */
const FULL_STORE = {
  id: "full store",
  scenario: "full store",
  step: "24 MiB, filled",
  fault: "quota",
  plan: {},
};

// The driver closes its browser and goes on; the next cell would start another one.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const isPart = options.only || options.scenario || options.point || options.list;
const browsers = (process.env.BROWSERS ?? "chromium")
  .split(",")
  .filter((name) => ["chromium", "firefox"].includes(name)); // WebKit has no driver here
const results = await Promise.all(browsers.map(runIn));
if (!options.reduced && !isPart) await writeReport(results);

const cells = results.flatMap((result) => result.cells);
const failed = cells.filter(({ verdict }) => verdict.faults.length > 0).length;
const totals = { passed: cells.length - failed, failed, skipped: 0 };
if (!options.list) {
  console.log(`\n${formatTotals(totals)}`);
  process.exitCode = exitCode(totals);
}

async function runIn(browser) {
  const began = Date.now();
  const run = new MatrixRun(browser);
  try {
    await run.start();
    const version = await run.version();
    const chosen = options.only ? await onlyCell(run) : await chooseCells(run, MOST[browser]);
    const ran = [];
    for (const cell of options.list ? [] : chosen) ran.push(await runCell(run, browser, cell));
    if (!isPart || options.only === FULL_STORE.id) ran.push(await runFullStore(run, browser));
    if (options.list) for (const { id } of chosen) console.log(id);
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`${version}: ${ran.length} cells in ${seconds} s`);
    return { browser, version, seconds, cells: ran };
  } finally {
    await run.close();
  }
}

async function onlyCell(run) {
  if (options.only === FULL_STORE.id) return [];
  const cell = parseCell(options.only);
  await run.record(cell.scenario, 0);
  return [cell];
}

async function chooseCells(run, most) {
  const names = await run.scenarios();
  const all = [];
  for (const [turn, name] of names.entries()) {
    if (options.scenario && name !== options.scenario) continue;
    all.push(...(await run.record(name, turn)));
  }
  const wanted = all.filter(({ id }) => !options.point || id.includes(options.point));
  const cheap = thinOut(
    wanted.filter((cell) => !isCostly(cell)),
    most.cheap,
  );
  const costly = thinOut(wanted.filter(isCostly), most.costly);
  return [...cheap, ...costly];
}

async function runCell(run, browser, cell) {
  const began = Date.now();
  const verdict = await run.run(cell);
  const ms = Date.now() - began;
  if (verdict.faults.length > 0) report(browser, cell, verdict, ms);
  else if (process.env.VERBOSE) console.log(`ok ${cell.id} ${verdict.outcome} (${ms} ms)`);
  return { cell, verdict, ms };
}

/** Comes last: the browser has little room from then on. */
async function runFullStore(run, browser) {
  const verdict = await run.runFullStore();
  if (verdict.faults.length > 0) report(browser, FULL_STORE, verdict, 0);
  return { cell: FULL_STORE, verdict, ms: 0 };
}

function report(browser, { id }, { faults, outcome }, ms) {
  console.log(`FAILED ${id} in ${browser}: ${outcome} (${ms} ms)`);
  for (const fault of faults) console.log(`  ${fault}`);
  console.log(`  BROWSERS=${browser} npm run test:faults -- --only "${id}"`);
}
