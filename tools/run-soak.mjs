// `npm run test:soak`: tabs at work on one pond for minutes, killed at random and replaced, and then what
// must hold. BROWSERS=chromium,firefox says where. Usage: node tools/run-soak.mjs [--seconds 300]
import { parseArgs } from "node:util";
import { wantedBrowsers } from "../test/e2e/browser-profile.mjs";
import { INVARIANTS } from "../test/soak/invariants.mjs";
import { SoakRun } from "../test/soak/soak-run.mjs";
import { exitCode, formatTotals, NO_TESTS } from "./totals.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "300" } } });
/** Of each invariant so many violations are printed. */
const MOST_PRINTED = 10;

const totals = { ...NO_TESTS };
for (const browser of wantedBrowsers) await soak(browser, Number(values.seconds));
console.log(`\n${formatTotals(totals)}`);
process.exitCode = exitCode(totals);

async function soak(browser, seconds) {
  const run = new SoakRun(browser);
  try {
    await run.start();
    await run.run(seconds);
    const audit = await run.finish();
    printDeeds(browser, seconds, run);
    for (const [name, find] of Object.entries(INVARIANTS)) judge(name, find(run.ledger, audit));
  } catch (error) {
    console.log(`The soak in ${browser} broke off: ${error.stack}`);
    for (const failure of run.ledger.failures.slice(0, MOST_PRINTED)) console.log(`  ${failure}`);
    totals.failed += 1;
  } finally {
    await run.close();
  }
}

function printDeeds(browser, seconds, { ledger, kills }) {
  const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);
  const list = (counts) => Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  const counts = ledger.counts();
  const refused = {};
  for (const { code = "?" } of ledger.refused.values()) refused[code] = (refused[code] ?? 0) + 1;
  console.log(`${browser}, ${seconds} s: ${ledger.commits.length} commits`);
  console.log(`  operations ${sum(counts)}: ${list(counts).join(", ")}`);
  console.log(`  refused ${sum(refused)}: ${list(refused).join(", ")}`);
  console.log(`  conflicts ${ledger.conflicts}, kills ${sum(kills)}: ${list(kills).join(", ")}`);
}

function judge(name, violations) {
  totals[violations.length === 0 ? "passed" : "failed"] += 1;
  console.log(`${violations.length === 0 ? "ok    " : "FAILED"} ${name}`);
  for (const violation of violations.slice(0, MOST_PRINTED)) console.log(`         ${violation}`);
}
