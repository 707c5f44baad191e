// Writes the tables of docs/performance.md from bench/results.json, or from the results that are named:
// `npm run bench:docs [RESULTS]`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeTables } from "./results/markdown.mjs";

const BEGIN = "<!-- bench:docs writes what follows -->";
const END = "<!-- end of bench:docs -->";

const [path = fileURLToPath(new URL("results.json", import.meta.url))] = process.argv.slice(2);
const page = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
const text = readFileSync(page, "utf8");
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`${page} lacks "${BEGIN}" or "${END}"`);
const tables = writeTables(JSON.parse(readFileSync(path, "utf8")));
const before = text.slice(0, begin + BEGIN.length);
writeFileSync(page, `${before}\n\n${tables}\n\n${text.slice(end)}`);
