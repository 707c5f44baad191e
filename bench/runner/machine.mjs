import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** What the numbers were taken on. */
export function describeMachine() {
  const [first, ...rest] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    processors: rest.length + 1,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
  };
}

/** When a part of a run begins, and the machine's load in the minute before. */
export function beginPart(browser, name) {
  const [load = 0] = loadavg();
  return { browser, name, date: new Date().toISOString(), load: Number(load.toFixed(2)) };
}

/** The versions of packages that are installed here. */
export function versionsOf(names) {
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]));
}

function versionOf(name) {
  const path = name === "tinypond" ? "package.json" : `node_modules/${name}/package.json`;
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).version;
}
