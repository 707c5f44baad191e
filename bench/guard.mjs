// Measures the ratios that are stable enough, in under three minutes, and fails when one has become worse than
// guard.json allows: `npm run bench:guard`. A figure that is worse is measured once more, if there is time.
// `npm run bench:guard -- --update` makes what it measures the expected figures: on a quiet machine, after a change
// that is meant to change them.
import { readFileSync, writeFileSync } from "node:fs";
import { judge } from "./results/guard.mjs";
import { launch } from "./runner/launch.mjs";
import { serveSite } from "./runner/site.mjs";
import { runTask } from "./runner/tasks.mjs";

/** Where the first time took longer, a second would exceed the three minutes. */
const AGAIN_BEFORE_MS = 90_000;

const path = new URL("guard.json", import.meta.url);
const guard = JSON.parse(readFileSync(path, "utf8"));
const { query, figures: guarded } = guard;
const isUpdate = process.argv.includes("--update");
const started = performance.now();
const site = await serveSite();
const browser = await launch("chromium");
let judged;
try {
  judged = await measure(guarded);
  const worse = new Set(judged.filter(({ isWorse }) => isWorse).map(({ task }) => task));
  if (worse.size > 0 && !isUpdate && performance.now() - started < AGAIN_BEFORE_MS) {
    const again = await measure(guarded.filter(({ task }) => worse.has(task)));
    judged = [...judged.filter(({ task }) => !worse.has(task)), ...again];
  }
} finally {
  await browser.close();
  await site.close();
}
if (isUpdate) update();
console.table(
  judged.map(({ task, figure, what, expected, allowed, value, isWorse }) => ({
    task: `${task} ${figure}`,
    value,
    expected,
    allowed: Number(allowed.toFixed(3)),
    "": isWorse ? "WORSE" : "",
    what: what.slice(0, 90),
  })),
);
const worse = judged.filter(({ isWorse }) => isWorse);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `${judged.length} ratios in ${seconds} s, ${worse.length} of them worse than their margin allows`,
);
process.exitCode = worse.length > 0 && !isUpdate ? 1 : 0;

function update() {
  const figures = guarded.map((one) => {
    const found = judged.find(({ task, figure }) => task === one.task && figure === one.figure);
    return { ...one, expected: found?.value ?? one.expected };
  });
  const lines = figures.map((figure) => `    ${JSON.stringify(figure)}`).join(",\n");
  const { comment } = guard;
  const head = `  "comment": ${JSON.stringify(comment)},\n  "query": ${JSON.stringify(query)}`;
  writeFileSync(path, `{\n${head},\n  "figures": [\n${lines}\n  ]\n}\n`);
}

async function measure(wanted) {
  const figures = [];
  for (const task of new Set(wanted.map(({ task }) => task))) {
    console.error(task);
    const found = await runTask(browser, site, { task, query, scale: 1 });
    figures.push(...found.map((figure) => ({ task, ...figure })));
  }
  return judge(wanted, figures);
}
