// docs/licences.md: the licence of everything that comes with the package: its dependencies, what they
// bring along, and the Rust crates in the wasm of the Parquet codec. `npm run check:licences` compares it
// with what is installed, `npm run docs:licences` writes it. Both refuse a licence that is not allowed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const PAGE = "docs/licences.md";
const WASM = "node_modules/parquet-wasm/esm/parquet_wasm_bg.wasm";
const CRATES = "tools/crates.json";

/** Licences that ask for no more than that their text comes along. */
const ALLOWED = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "Unicode-3.0",
  "Zlib",
];

const { values: options } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const manifest = readJson("package.json");
const packages = listPackages();
const crates = listCrates();
const faults = [...packages, ...crates].flatMap(faultsOf);
const page = describePage();

if (options.write) {
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, page);
} else if (!existsSync(PAGE) || readFileSync(PAGE, "utf8") !== page) {
  faults.push(
    `${PAGE} is not what is installed: npm run docs:licences, and look at the difference`,
  );
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

/** Everything that is installed with the package, and the peer, which the standalone build contains. */
function listPackages() {
  const found = new Map();
  for (const name of Object.keys(manifest.dependencies)) visit(name, "", "dependency", found);
  for (const name of Object.keys(manifest.peerDependencies ?? {})) visit(name, "", "peer", found);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function visit(name, from, role, found) {
  const folder = locate(name, from);
  if (found.has(folder)) return;
  const { version, license, dependencies = {} } = readJson(join(folder, "package.json"));
  found.set(folder, { name, version, licence: license, role, texts: readTexts(folder) });
  for (const inner of Object.keys(dependencies)) visit(inner, folder, role, found);
}

/** Where Node.js would find a package from where another one stands. */
function locate(name, from) {
  for (let folder = from; folder !== ""; folder = parentPackage(folder)) {
    const nested = join(folder, "node_modules", name);
    if (existsSync(nested)) return nested;
  }
  return join("node_modules", name);
}

function parentPackage(folder) {
  return folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
}

function readTexts(folder) {
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copyright)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
}

/** The crates whose code left its path in the wasm, where a panic names it. */
function listCrates() {
  const text = readFileSync(WASM, "latin1");
  const known = readJson(CRATES);
  const paths = text.matchAll(/\/([a-z][\w-]*?)-(\d+\.\d+\.\d+)(?:\+[\w.]+)?\/src\//g);
  const versions = new Map(Array.from(paths, ([, name, version]) => [name, version]));
  return [...versions]
    .map(([name, version]) => ({ name, version, licence: known[name], isCrate: true }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function faultsOf({ name, licence, isCrate }) {
  if (!licence && isCrate) return [`the licence of the crate ${name} is not in ${CRATES}`];
  if (isAllowed(licence)) return [];
  return [`${name} has the licence "${licence}"; allowed are ${ALLOWED.join(", ")}`];
}

/** One of those that OR joins, and all of those that AND joins. */
function isAllowed(licence = "") {
  const choices = licence.replace(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((part) => ALLOWED.includes(part)));
}

function describePage() {
  return `# Licences

TinyPond is under ${manifest.license}. This page lists what comes with it, and is written by \`npm run docs:licences\`;
\`npm run check:licences\` fails where it differs from what is installed, and for a licence that is not one of
${ALLOWED.join(", ")}.

## Packages

A \`dependency\` is installed with TinyPond; the \`peer\` and what it needs are installed by you. \`dist/standalone\` contains
code of both kinds; \`@types/node\` and \`undici-types\` are types only. The texts of the licences are at the end.

| package | version | licence | comes as |
|---|---|---|---|
${packages.map(({ name, version, licence, role }) => `| ${name} | ${version} | ${licence} | ${role} |`).join("\n")}

## In the wasm

The wasm of parquet-wasm is made of Rust crates. These leave their names in it; the licences are those that their
authors declare. zstd-sys contains the C sources of Zstandard (BSD-3-Clause), arrow-wasm has no version. The wasm of
hash-wasm comes under the licence of that package.

| crate | version | licence |
|---|---|---|
${crates.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join("\n")}
| arrow-wasm | | ${readJson(CRATES)["arrow-wasm"]} |

## Texts
${listTexts()
  .map(([text, names]) => `\n### ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`)
  .join("")}`;
}

/** Each text once, with the packages that have it. */
function listTexts() {
  const owners = new Map();
  for (const { name, texts } of packages) {
    for (const text of texts) owners.set(text, [...(owners.get(text) ?? []), name]);
  }
  return [...owners];
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
