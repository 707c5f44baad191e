// Measures TinyPond against the same work done by hand and against what else there is, in one run of one browser.
// `npm run bench` runs all; `npm run bench -- NAME` one task or scenario, `-- tasks` or `-- rivals` a half.
// docs/performance.md says what can be asked for.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { printProfiles } from "./results/hot-spots.mjs";
import { withEarlier, withFigures } from "./results/merge.mjs";
import { writeReport } from "./results/report.mjs";
import { makeRow } from "./results/rows.mjs";
import { printResults } from "./results/terminal.mjs";
import { launch } from "./runner/launch.mjs";
import { beginPart, describeMachine, versionsOf } from "./runner/machine.mjs";
import { readOptionsOrExit } from "./runner/options.mjs";
import { readRivals, runScenario } from "./runner/rivals.mjs";
import { serveSite } from "./runner/site.mjs";
import { runTask, taskNames } from "./runner/tasks.mjs";

/** Names of tasks or scenarios that there are not. */
class UnknownNames extends Error {}

const options = readOptionsOrExit();
const folder = options.out ?? fileURLToPath(new URL(".", import.meta.url));
const path = join(folder, "results.json");
const earlier = options.keep && existsSync(path) && JSON.parse(readFileSync(path, "utf8"));
const results = {
  format: 2,
  machine: describeMachine(),
  browsers: {},
  scale: options.scale,
  versions: versionsOf(["tinypond"]),
  contenders: {},
  scenarios: {},
  parts: [],
  figures: [],
  rivals: [],
};

const site = await serveSite({ isReadable: options.profile });
try {
  for (const name of options.browsers) await runIn(name);
  console.log(printResults(withFigures(results)));
} catch (error) {
  if (!(error instanceof UnknownNames)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await site.close();
}

async function runIn(browserName) {
  const browser = await launch(browserName);
  try {
    results.browsers[browserName] = await browser.version();
    merged(); // what cannot be kept is refused before hours of work
    const tasks = await taskNames(browser, site);
    const rivals = await readRivals(browser, site);
    checkNames([...tasks, ...Object.keys(rivals.scenarios), "tasks", "rivals"]);
    for (const task of tasks.filter((name) => isAsked(name, "tasks"))) {
      begin(browserName, task);
      const onProfiles = options.profile ? (all) => keepProfiles(task, all) : undefined;
      const figures = await runTask(browser, site, { task, ...options, onProfiles });
      results.figures.push(...figures.map((figure) => ({ browser: browserName, task, ...figure })));
      save();
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
    begin(browserName, name);
    results.contenders = asked;
    const packages = Object.values(asked).flatMap((contender) => contender.packages);
    results.versions = versionsOf(["tinypond", ...new Set(packages)]);
    const run = await runScenario(browser, site, { name, scenario, contenders: asked, options });
    results.scenarios[name] = { steps: scenario.steps, size: run.size };
    results.rivals.push(...run.steps.map((step) => makeRow(browserName, step)));
    save();
  }
}

function begin(browserName, name) {
  const part = beginPart(browserName, name);
  results.parts.push(part);
  console.error(`${part.date.slice(11, 19)} ${browserName}: ${name}`);
}

function merged() {
  return withFigures(earlier ? withEarlier(results, earlier) : results);
}

/** After every part: a run takes long, and what ends it early takes nothing with it. */
function save() {
  const all = merged();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(join(folder, "report.html"), writeReport(all));
}

function keepProfiles(task, profiles) {
  console.log(printProfiles(task, profiles));
  const kept = join(folder, "profiles");
  mkdirSync(kept, { recursive: true });
  for (const [index, { thread, profile }] of profiles.entries()) {
    const name = `${task}-${index}-${thread}.cpuprofile`;
    writeFileSync(join(kept, name), JSON.stringify(profile));
  }
}

function isAsked(name, half) {
  const { names } = options;
  return names.length === 0 || names.includes(name) || names.includes(half);
}

function checkNames(known) {
  const unknown = options.names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UnknownNames(`There is no ${unknown.join(", ")}. There is: ${known.join(", ")}`);
  }
}
