import { isMet, limitOf } from "./figures.mjs";
import { bytes, count, time, times } from "./numbers.mjs";
import { groupByStep, OURS, reasonOf, toOurs } from "./rows.mjs";

/** All results as text: one row for each task, one for each step and contender. */
export function printResults({ figures, rivals, scenarios }) {
  const parts = [];
  if (figures.length > 0) parts.push(figureTable(figures));
  for (const group of groupByStep(rivals)) parts.push(stepTable(group, scenarios));
  return parts.join("\n\n");
}

/** What a step does, with its size. */
export function textOf({ scenario, step }, scenarios) {
  const { steps, size } = scenarios[scenario];
  return steps[step].replace("{n}", count(size));
}

function figureTable(figures) {
  const rows = figures.map((figure) => [
    figure.task,
    figure.failed === undefined ? `${figure.value} ${figure.unit}` : "FAILED",
    limitOf(figure),
    { true: "met", false: "MISSED", undefined: "" }[isMet(figure)],
    figure.what,
    figure.failed ?? figure.detail,
  ]);
  return columns([["task", "figure", "limit", "", "what", "times"], ...rows]);
}

function stepTable(group, scenarios) {
  const [{ browser, scenario, step }] = group;
  const rows = group.map((row) => {
    if (!row.ms) return [row.contender, "", "", "", "", "", "", reasonOf(row)];
    const others = toOurs(row, group);
    return [
      row.contender,
      time(row.ms.median),
      `${time(row.ms.low)} - ${time(row.ms.high)}`,
      row.contender === OURS || others === undefined ? "" : times(others),
      row.blockMs ? time(row.blockMs.median) : "",
      row.peakBytes ? bytes(row.peakBytes.median) : "",
      row.diskBytes ? bytes(row.diskBytes.median) : "",
      "",
    ];
  });
  const head = ["contender", "median", "spread", "to ours", "block", "memory", "disk", ""];
  return `${browser} ${scenario}/${step}: ${textOf(group[0], scenarios)}\n${columns([head, ...rows])}`;
}

export function columns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
