// `npm run check`: every script of package.json named "check:…", in the order they stand there, which
// is the order of their cost. All of them run, so that one run shows all that is wrong.
import { readFileSync } from "node:fs";
import { runCommand } from "./run-command.mjs";
import { exitCode, formatTotals, NO_TESTS } from "./totals.mjs";

/** Proves the gates themselves; runs on its own. */
const NOT_A_GATE = "check:rules";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
const gates = Object.keys(scripts).filter(
  (name) => name.startsWith("check:") && name !== NOT_A_GATE,
);

const totals = { ...NO_TESTS };
for (const gate of gates) {
  if (await passes(gate)) totals.passed += 1;
  else totals.failed += 1;
}
console.log(`\n${formatTotals(totals)}`);
process.exitCode = exitCode(totals);

async function passes(gate) {
  const { code, output, seconds } = await runCommand("npm", ["run", "--silent", gate]);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${gate} (${seconds.toFixed(1)} s)`);
  if (code !== 0) console.log(output);
  return code === 0;
}
