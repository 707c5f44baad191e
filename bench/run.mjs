// Measures TinyPond against the same work done by hand and against what else there is, in one run of one browser.
// `npm run bench` runs all; `npm run bench -- NAME` one task or scenario, `-- tasks` or `-- rivals` a half.
// docs/performance.md says what can be asked for.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figuresOfRivals } from "./results/figures.mjs";
import { writeReport } from "./results/report.mjs";
import { makeRow } from "./results/rows.mjs";
import { printResults } from "./results/terminal.mjs";
import { launch } from "./runner/launch.mjs";
import { describeMachine, versionsOf } from "./runner/machine.mjs";
import { readOptions } from "./runner/options.mjs";
import { readRivals, runScenario } from "./runner/rivals.mjs";
import { serveSite } from "./runner/site.mjs";
import { runTask, taskNames } from "./runner/tasks.mjs";

const options = readOptions();
const folder = options.out ?? fileURLToPath(new URL(".", import.meta.url));
const results = {
  format: 1,
  date: new Date().toISOString(),
  machine: describeMachine(),
  browsers: {},
  scale: options.scale,
  versions: versionsOf(["tinypond"]),
  contenders: {},
  scenarios: {},
  figures: [],
  rivals: [],
};

const site = await serveSite();
try {
  for (const name of options.browsers) await runIn(name);
} finally {
  await site.close();
}
console.log(printResults(results));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(join(folder, "report.html"), writeReport(results));

async function runIn(browserName) {
  const browser = await launch(browserName);
  try {
    results.browsers[browserName] = await browser.version();
    const tasks = await taskNames(browser, site);
    const rivals = await readRivals(browser, site);
    checkNames([...tasks, ...Object.keys(rivals.scenarios), "tasks", "rivals"]);
    for (const task of tasks.filter((name) => isAsked(name, "tasks"))) {
      console.error(`${browserName}: ${task}`);
      const figures = await runTask(browser, site, { task, ...options });
      results.figures.push(...figures.map((figure) => ({ browser: browserName, task, ...figure })));
    }
    await runRivals(browser, browserName, rivals);
  } finally {
    await browser.close();
  }
}

async function runRivals(browser, browserName, { scenarios, contenders }) {
  const asked = Object.fromEntries(
    Object.entries(contenders).filter(([name]) => options.contenders?.includes(name) ?? true),
  );
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (!isAsked(name, "rivals")) continue;
    console.error(`${browserName}: ${name}`);
    const run = await runScenario(browser, site, { name, scenario, contenders: asked, options });
    results.scenarios[name] = { steps: scenario.steps, size: run.size };
    results.rivals.push(...run.steps.map((step) => makeRow(browserName, step)));
  }
  if (results.rivals.length === 0) return;
  results.contenders = asked;
  const packages = Object.values(asked).flatMap((contender) => contender.packages);
  results.versions = versionsOf(["tinypond", ...new Set(packages)]);
  results.figures.push(...figuresOfRivals(browserName, results.rivals));
}

function isAsked(name, half) {
  const { names } = options;
  return names.length === 0 || names.includes(name) || names.includes(half);
}

function checkNames(known) {
  const unknown = options.names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no ${unknown.join(", ")}. There is: ${known.join(", ")}`);
  }
}
