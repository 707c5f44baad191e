import { isMet, limitOf } from "./figures.mjs";
import { bytes, time } from "./numbers.mjs";
import { whenOf } from "./parts.mjs";
import { groupByStep, OURS } from "./rows.mjs";
import { textOf } from "./terminal.mjs";

/** The results as the tables of docs/performance.md. */
export function writeTables(results) {
  const names = Object.keys(results.browsers);
  const parts = names.map((browser) => {
    const isOf = (row) => row.browser === browser;
    const own = { figures: results.figures.filter(isOf), rivals: results.rivals.filter(isOf) };
    const title = names.length > 1 ? [`### In ${browser}`] : [];
    return [...title, ...browserTables(own, results.scenarios)];
  });
  return [head(results), ...parts.flat()].join("\n\n");
}

function browserTables({ figures, rivals }, scenarios) {
  return [
    ...(figures.length > 0 ? [figureTable(figures)] : []),
    ...(rivals.length > 0 ? [...stepTables(rivals, scenarios), costTable(rivals)] : []),
  ];
}

function head({ parts, machine, browsers, scale, versions, contenders }) {
  const { cpu, processors, memoryGiB } = machine;
  const packages = Object.values(contenders).flatMap((contender) => contender.packages);
  const used = [...new Set(packages)].map((name) => `${name} ${versions[name]}`);
  const scaled = scale === 1 ? "" : ` Sizes are ${scale} of the usual ones.`;
  const others = used.length > 0 ? ` With ${used.join(", ")}.` : "";
  return `${whenOf(parts)}. ${Object.values(browsers).join(", ")}, ${processors} processors (${cpu}), ${memoryGiB} GiB.${scaled}${others}`;
}

function figureTable(figures) {
  const rows = figures.map((figure) => {
    const met = { true: "met", false: "missed", undefined: "" }[isMet(figure)];
    const value = figure.failed === undefined ? `${figure.value} ${figure.unit}` : "failed";
    return [`\`${figure.task}\`: ${figure.what}`, value, limitOf(figure), met, figure.detail];
  });
  return table(["task", "figure", "wanted", "", "times"], rows);
}

/** One table for those who keep files, one for those who keep rows: nobody needs empty columns. */
function stepTables(rivals, scenarios) {
  const tables = new Map();
  for (const group of groupByStep(rivals)) {
    const names = group.filter(({ cannot }) => cannot === undefined).map((row) => row.contender);
    const kind = names.includes("parquet-wasm") ? "rows" : "files";
    tables.set(kind, [...(tables.get(kind) ?? []), group]);
  }
  return [...tables.values()].map((groups) => {
    const able = groups.flat().filter(({ cannot }) => cannot === undefined);
    const names = [...new Set([OURS, ...able.map(({ contender }) => contender).sort()])];
    const rows = groups.map((group) => [
      textOf(group[0], scenarios),
      ...names.map((name) => cellOf(group.find(({ contender }) => contender === name))),
    ]);
    return table(["median of", ...names], rows);
  });
}

function cellOf(row) {
  if (row?.ms) return time(row.ms.median);
  return row?.failed === undefined ? "" : "failed";
}

function costTable(rivals) {
  const names = [...new Set(rivals.map(({ contender }) => contender))];
  const rows = names.map((name) => {
    const own = rivals.filter(({ contender }) => contender === name);
    return [
      name,
      most(own, "blockMs", time),
      most(own, "peakBytes", bytes),
      ...["write-many", "stream-in", "write-table", "append", "store-second"].map((step) => {
        const row = own.find((found) => found.step === step);
        return row?.diskBytes ? bytes(row.diskBytes.median) : "";
      }),
    ];
  });
  const disk = ["small files", "large file", "table", "series", "second copy"];
  return table(["", "longest block", "most memory", ...disk.map((what) => `disk: ${what}`)], rows);
}

function most(rows, property, text) {
  const [first] = rows
    .filter((row) => row[property])
    .sort((a, b) => b[property].median - a[property].median);
  return first ? `${text(first[property].median)} (${first.step})` : "";
}

function table(names, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(names), line(names.map(() => "---")), ...rows.map(line)].join("\n");
}
