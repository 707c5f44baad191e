// npm leaves optional packages of foreign platforms out of the lock when the registry does not offer
// all of them, and `npm ci` then refuses the lock on those platforms. This adds what is missing, by
// name, version, os and cpu. Run by `npm run lock`.
import { readFileSync, writeFileSync } from "node:fs";

const LOCK = "package-lock.json";
const SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "win32",
  "aix",
  "sunos",
  "wasm32",
];
const PROCESSORS = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x", "loong64"];

const lock = JSON.parse(readFileSync(LOCK, "utf8"));
const missing = Object.entries(lock.packages).flatMap(missingOptional);
for (const { name, range } of missing) {
  lock.packages[`node_modules/${name}`] = foreignPackage(name, range);
}
lock.packages = sortedByKey(lock.packages);
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} foreign packages added to ${LOCK}`);

/** The optional dependencies of a package that Node.js would not find from where it stands. */
function missingOptional([path, { optionalDependencies = {} }]) {
  return Object.entries(optionalDependencies)
    .filter(([name]) => !isInstalled(path, name))
    .map(([name, range]) => ({ name, range }));
}

function isInstalled(path, name) {
  for (let folder = path; folder !== ""; folder = parentPackage(folder)) {
    if (lock.packages[`${folder}/node_modules/${name}`]) return true;
  }
  return `node_modules/${name}` in lock.packages;
}

function parentPackage(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/")));
}

/** These packages are named for their platform: `@scope/tool-linux-arm64-musl`. */
function foreignPackage(name, range) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!os) throw new Error(`Cannot complete ${LOCK}: no platform in the name "${name}"`);
  return {
    version: range.replace(/^[\^~]/, ""),
    ...(cpu && { cpu: [cpu] }),
    dev: true,
    optional: true,
    os: [os],
  };
}

function sortedByKey(packages) {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
}
