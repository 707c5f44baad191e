// The page in the docs: one table per browser, a row for each scenario and step, a column for each fault.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const PAGE = fileURLToPath(new URL("../../docs/fault-matrix.md", import.meta.url));

const OUTCOMES = [
  ["acknowledged", "a", "the call resolved, and what it wrote is whole"],
  ["interrupted", "i", "the page or the browser was gone: all of the commit is there, or nothing"],
];

/** Writes the page. @param results one for each browser */
export async function writeReport(results) {
  const count = results.reduce((sum, { cells }) => sum + cells.length, 0);
  const names = results.map(({ browser }) => browser).join(",");
  const date = new Date().toISOString().slice(0, 10);
  const page = [
    "# Fault matrix",
    "",
    `${count} cells on ${date}, made by \`BROWSERS=${names} npm run test:faults\`. This page is generated.`,
    "",
    ...EXPLANATION,
    ...results.flatMap(section),
  ].join("\n");
  await writeFile(PAGE, `${page}\n`);
}

const EXPLANATION = [
  "Each cell strikes a pond that holds files of every kind at one step of its work, and then looks from a",
  "new page: the pond opens; every acknowledged commit is whole, byte by byte, with its history; of the",
  "commit that was struck all is visible or nothing, and nothing where its call was refused; after `gc`",
  "nothing is left over; `check({ deep: true })` finds nothing; small and large files can be written.",
  "",
  "A step is a fault point with the number of its passing: `opfs.write#2` is the second write of the",
  "storage worker. `+half` and `+after` strike halfway through its work, or when it is done and nobody",
  "knows; `!` strikes every time from there on.",
  "",
  "| fault | what happens |",
  "|---|---|",
  "| quota, unknown, busy, invalid | the browser throws QuotaExceededError, UnknownError, NoModificationAllowedError, InvalidStateError, or aborts the transaction with it |",
  "| garbage, short, zero | `write()` returns 4294967288, half of what was asked, or 0 |",
  "| lost | the transaction takes effect, and the page is told that it was aborted |",
  "| terminate, hang | the storage worker is terminated; the step never answers, and another tab works on beside it before the page is closed |",
  "| close, crash, kill | the page is closed; its process crashes; the whole browser gets SIGKILL and is started again on its profile |",
  "",
  "What a cell says: **a** the call resolved; **i** the page or the browser was gone; a code: the call was",
  "refused with it. Where a promise was broken the cell says **FAILED** and the list below the table why.",
  "",
];

function section({ browser, version, seconds, cells }) {
  const faults = [...new Set(cells.map(({ cell }) => cell.fault))].sort(byKind);
  const rows = new Map();
  for (const { cell, verdict } of cells) {
    const title = `${cell.scenario}, ${cell.step}`;
    const row = rows.get(title) ?? new Map();
    rows.set(title, row.set(cell.fault, short(verdict)));
  }
  const failed = cells.filter(({ verdict }) => verdict.faults.length > 0);
  return [
    `## ${browser}`,
    "",
    `${version}: ${cells.length} cells in ${seconds} s, ${failed.length} failed.`,
    "",
    `| scenario and step | ${faults.join(" | ")} |`,
    `|---|${faults.map(() => "---|").join("")}`,
    ...[...rows].map(
      ([title, row]) => `| ${title} | ${faults.map((fault) => row.get(fault) ?? "").join(" | ")} |`,
    ),
    "",
    ...failed.map(({ cell, verdict }) => `- \`${cell.id}\`: ${verdict.faults.join("; ")}`),
    ...(failed.length > 0 ? [""] : []),
  ];
}

function short({ faults, outcome }) {
  if (faults.length > 0) return "FAILED";
  const known = OUTCOMES.find(([name]) => name === outcome);
  return known ? known[1] : outcome;
}

const KINDS =
  "quota garbage short zero unknown busy invalid lost hang terminate close crash kill".split(" ");

function byKind(a, b) {
  const rank = (fault) => KINDS.indexOf(/^[a-z]+/.exec(fault)[0]);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
