import { bar, scaleOf } from "./bars.mjs";
import { isMet, limitOf } from "./figures.mjs";
import { escapeHtml, table } from "./html.mjs";
import { bytes, time, times } from "./numbers.mjs";
import { overview } from "./overview.mjs";
import { whenOf } from "./parts.mjs";
import { STYLE } from "./report-style.mjs";
import { groupByStep, OURS, reasonOf, toOurs } from "./rows.mjs";
import { textOf } from "./terminal.mjs";

/** The results as a page that needs nothing else. */
export function writeReport(results) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>TinyPond bench</title>
<style>${STYLE}</style>
</head>
<body>
<h1>TinyPond bench</h1>
${about(results)}
${figures(results.figures)}
${rivals(results)}
${contenders(results)}
</body>
</html>
`;
}

function about({ parts, machine, browsers, scale, versions }) {
  const { cpu, processors, memoryGiB, system, node } = machine;
  const scaled =
    scale === 1
      ? ""
      : ` Sizes are ${scale} of the usual ones: such a run tells that everything works, and little about speed.`;
  return `<p class="soft">${whenOf(parts)}. ${escapeHtml(Object.values(browsers).join(", "))}, ${processors} processors (${escapeHtml(cpu)}), ${memoryGiB} GiB, ${escapeHtml(system)}, Node ${escapeHtml(node)}. TinyPond ${escapeHtml(versions.tinypond)}.${scaled}</p>`;
}

function figures(all) {
  if (all.length === 0) return "";
  const rows = all.map((figure) => [
    escapeHtml(figure.task),
    figure.failed === undefined
      ? `<b>${figure.value} ${escapeHtml(figure.unit)}</b>`
      : '<span class="failed">failed</span>',
    escapeHtml(limitOf(figure)),
    {
      true: '<span class="met">met</span>',
      false: '<span class="missed">missed</span>',
      undefined: "",
    }[isMet(figure)],
    `${escapeHtml(figure.what)}<br><span class="soft">${escapeHtml(figure.failed ?? figure.detail)}</span>`,
  ]);
  return `<h2>Against the same work done by hand</h2>
<p>Each figure compares TinyPond with what the browser's own interfaces and the libraries it is made of take for the same work. A figure with
“at most” is a ratio of times: 1.2 x is a fifth longer. One with “at least” is a ratio of speeds: 0.9 x is a tenth slower. Medians of several
rounds, taken in turn; in brackets the shortest and the longest.</p>
<div class="scroll">${table(["task", "figure", "wanted", "", "what"], rows, "figures")}</div>`;
}

function rivals(results) {
  const { rivals: rows, scenarios } = results;
  if (rows.length === 0) return "";
  const parts = groupByStep(rows).map((group) => stepOf(group, scenarios));
  return `<h2>Against what else there is</h2>
<p>All contenders do the same work on data of the same kind. Each has a page, a process and a storage of its own; one round of all follows the
other, in another order every time, after one that is not counted. What is read is compared with what was written. Bars are median times:
<b>shorter is better</b>; the line at a bar's end goes from the fastest to the slowest round, and a bar with a gap is longer than is drawn.</p>
<ul>
<li><b>to TinyPond</b>: how many times as long it takes.</li>
<li><b>block</b>: the longest time for which the page's own thread answered nothing, the median of the rounds. Above 16 ms a page misses a frame.</li>
<li><b>memory</b>: the most that page and workers held meanwhile, beyond the page before it loaded the contender; the data to be written are in it.
Only measured on Linux, in Chromium.</li>
<li><b>disk</b>: what the step added to the storage of the origin, as the browser tells it.</li>
</ul>
${overview(results)}
${parts.join("\n")}`;
}

function stepOf(group, scenarios) {
  const [{ browser, scenario, step }] = group;
  const timed = group.filter(({ ms }) => ms);
  const ours = timed.find(({ contender }) => contender === OURS)?.ms.median;
  const full = scaleOf(
    timed.map(({ ms }) => ms.median),
    ours,
  );
  const rows = timed.map((row) => stepRow(row, group, full));
  return `<h3>${escapeHtml(capital(textOf(group[0], scenarios)))} <span class="soft">${escapeHtml(browser)}, ${escapeHtml(scenario)}/${escapeHtml(step)}</span></h3>
<div class="scroll">${rows.length > 0 ? table(["", "", "median", "to TinyPond", "block", "memory", "disk"], rows, "steps") : ""}</div>
${reasonsOf(group.filter(({ ms }) => !ms))}`;
}

/** Who is missing, and why: one reason may hold for several. */
function reasonsOf(rows) {
  const byReason = new Map();
  for (const row of rows) {
    const reason = reasonOf(row);
    byReason.set(reason, [...(byReason.get(reason) ?? []), row.contender]);
  }
  const parts = [...byReason].map(([reason, names]) => {
    return `<li>${escapeHtml(names.join(", "))}: ${escapeHtml(reason)}</li>`;
  });
  return parts.length === 0 ? "" : `<ul class="reasons">${parts.join("")}</ul>`;
}

function stepRow(row, group, full) {
  const isOurs = row.contender === OURS;
  const others = toOurs(row, group);
  return [
    isOurs ? `<strong class="us">${OURS}</strong>` : escapeHtml(row.contender),
    bar(row.ms, full, isOurs),
    time(row.ms.median),
    isOurs || others === undefined ? "" : times(others),
    row.blockMs ? time(row.blockMs.median) : "",
    row.peakBytes ? bytes(row.peakBytes.median) : "",
    row.diskBytes ? bytes(row.diskBytes.median) : "",
  ];
}

function contenders({ contenders: all, versions }) {
  const names = Object.keys(all);
  if (names.length === 0) return "";
  const rows = names.map((name) => {
    const { packages, how, durability } = all[name];
    const using = packages.map((pkg) => `${pkg} ${versions[pkg]}`).join(", ");
    return [escapeHtml(name), escapeHtml(using), escapeHtml(how), escapeHtml(durability)];
  });
  return `<h2>How each is used</h2>
<div class="scroll">${table(["contender", "packages", "use", "what a finished write has survived"], rows, "contenders")}</div>`;
}

function capital(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
