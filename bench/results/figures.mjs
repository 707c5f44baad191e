import { OURS } from "./rows.mjs";
import { ratio } from "./statistics.mjs";

/** Contenders that are file systems. */
const FILE_SYSTEMS = ["zenfs-indexeddb", "zenfs-opfs", "lightning-fs", "opfs-worker"];

/** Whether a figure keeps to its limit: `undefined` if it has none, or no value. */
export function isMet({ value, limit, atLeast }) {
  if (value === null || value === undefined) return undefined;
  if (limit !== undefined) return value <= limit;
  if (atLeast !== undefined) return value >= atLeast;
  return undefined;
}

/** A figure's limit in words. */
export function limitOf({ limit, atLeast, unit }) {
  if (limit !== undefined) return `at most ${limit} ${unit}`;
  if (atLeast !== undefined) return `at least ${atLeast} ${unit}`;
  return "";
}

/** What follows from the rounds of all contenders. */
export function figuresOfRivals(browser, rows) {
  const mine = rows.filter((row) => row.browser === browser);
  const figures = [...againstFileSystems(mine), ...longestBlock(mine)];
  return figures.map((figure) => ({ browser, isOfRivals: true, ...figure }));
}

function againstFileSystems(rows) {
  const ofStep = rows.filter(({ step }) => step === "write-many");
  const ours = ofStep.find(({ contender }) => contender === OURS);
  const others = ofStep
    .filter(({ contender, ms }) => FILE_SYSTEMS.includes(contender) && ms)
    .sort((a, b) => a.ms.median - b.ms.median);
  const [fastest] = others;
  const value = ratio(fastest?.ms, ours?.ms);
  if (value === undefined) return [];
  return [
    {
      task: "small-files",
      what: "small files in one go: how many times as long the fastest file system takes",
      value: Number(value.toFixed(2)),
      unit: "x",
      atLeast: 10,
      detail: `${fastest.contender}: ${Math.round(fastest.ms.median)} ms, ours ${Math.round(ours.ms.median)} ms`,
    },
  ];
}

function longestBlock(rows) {
  const ours = rows
    .filter(({ contender, blockMs }) => contender === OURS && blockMs)
    .sort((a, b) => b.blockMs.median - a.blockMs.median);
  const [worst] = ours;
  if (!worst) return [];
  return [
    {
      task: worst.scenario,
      what: "longest time for which the page's thread answers nothing, in any step of the contenders' scenarios",
      value: Number(worst.blockMs.median.toFixed(1)),
      unit: "ms",
      limit: 16,
      detail: `${worst.step}: median of the longest of each round, ${worst.blockMs.low.toFixed(1)}-${worst.blockMs.high.toFixed(1)} ms`,
    },
  ];
}
