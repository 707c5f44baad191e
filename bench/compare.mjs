// Sets two results side by side: `npm run bench:compare BASE [NEW]`, where NEW is bench/results.json unless it is named.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compareResults, differencesOf } from "./results/compare.mjs";

const usual = fileURLToPath(new URL("results.json", import.meta.url));
const [base, next = usual] = process.argv.slice(2);
if (!base) {
  console.error("Usage: npm run bench:compare BASE [NEW]");
  process.exit(2);
}
const [before, after] = [read(base), read(next)];
for (const difference of differencesOf(before, after)) {
  console.log(`They differ in ${difference}. Ratios may still tell something, times do not.`);
}
const rows = compareResults(before, after).map(({ key, before, after, ratio, isBeyondSpread }) => ({
  what: key,
  before: text(before),
  after: text(after),
  change: ratio === undefined ? "" : `${ratio >= 1 ? "+" : ""}${((ratio - 1) * 100).toFixed(0)} %`,
  "": isBeyondSpread ? "beyond the spread" : "",
}));
console.table(rows);
console.log(
  `${rows.filter((row) => row[""] !== "").length} of ${rows.length} have changed beyond the spread of both.`,
);

function text(number) {
  if (!number) return "-";
  const { median, low, high, unit } = number;
  const digits = (value) => value.toFixed(Math.abs(value) < 10 ? 2 : 0);
  const spread = low === high ? "" : ` (${digits(low)}-${digits(high)})`;
  return `${digits(median)} ${unit}${spread}`;
}

function read(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
