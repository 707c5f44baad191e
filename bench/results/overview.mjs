import { escapeHtml, table } from "./html.mjs";
import { times } from "./numbers.mjs";
import { groupByStep, OURS, reasonOf, toOurs } from "./rows.mjs";
import { textOf } from "./terminal.mjs";

/** All steps and all contenders in one table of ratios, a browser at a time. */
export function overview({ rivals, scenarios, browsers }) {
  const parts = Object.keys(browsers).map((browser) => {
    const own = rivals.filter((row) => row.browser === browser);
    return own.length === 0 ? "" : ofBrowser(browser, own, scenarios);
  });
  return parts.join("\n");
}

function ofBrowser(browser, rivals, scenarios) {
  const names = [...new Set(rivals.map(({ contender }) => contender))].filter(
    (name) => name !== OURS,
  );
  const rows = groupByStep(rivals).map((group) => [
    escapeHtml(textOf(group[0], scenarios)),
    ...names.map((name) =>
      cellOf(
        group.find(({ contender }) => contender === name),
        group,
      ),
    ),
  ]);
  return `<h3>At a glance <span class="soft">${escapeHtml(browser)}: how many times as long as TinyPond each takes; below 1 it is faster</span></h3>
<div class="scroll">${table(["", ...names.map(escapeHtml)], rows, "overview")}</div>`;
}

function cellOf(row, group) {
  if (!row) return "";
  const ratio = toOurs(row, group);
  if (ratio !== undefined) {
    return `<span class="${ratio < 1 ? "faster" : "slower"}">${times(ratio)}</span>`;
  }
  if (row.ms) return "";
  const [sign, className] = row.failed === undefined ? ["–", "soft"] : ["failed", "failed"];
  return `<span class="${className}" title="${escapeHtml(reasonOf(row))}">${sign}</span>`;
}
