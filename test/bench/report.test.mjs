import { doesNotMatch, match, strictEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { bytes, time, times as timesText } from "../../bench/results/numbers.mjs";
import { writeReport } from "../../bench/results/report.mjs";
import { printResults } from "../../bench/results/terminal.mjs";
import { resultsOf, times } from "./results.mjs";

const results = resultsOf({
  figures: [
    { value: 1.5, limit: 1.2 },
    { value: null, failed: "Error: <gone>" },
  ],
  rivals: [
    { contender: "dexie", ms: times(300, 200, 400), blockMs: times(3), diskBytes: times(2048) },
    { contender: "tinypond", ms: times(100, 90, 110), blockMs: times(2) },
    { contender: "fast", ms: times(10) },
    { contender: "slow", ms: times(9000) },
    { contender: "sqlite", cannot: "no streams" },
  ],
});

describe("writeReport()", () => {
  const page = writeReport(results);

  it("needs nothing from elsewhere", () => {
    doesNotMatch(page, /<(script|link|img|iframe)|url\(|https?:/);
  });

  it("says what each number means, who is missing and why", () => {
    match(page, /Read 10,000 files/);
    match(page, /shorter is better/);
    match(page, /sqlite: cannot: no streams/);
    match(page, /3\.00 x/);
    match(page, /2\.0 KiB/);
  });

  it("has all ratios in one table, with the reason where there is none", () => {
    match(page, /<span class="slower">3\.00 x<\/span>/);
    match(page, /<span class="faster">0\.10 x<\/span>/);
    match(page, /title="cannot: no streams"/);
  });

  it("marks what is missed and what has failed, and lets no text be markup", () => {
    match(page, /class="missed"/);
    match(page, /Error: &lt;gone&gt;/);
    doesNotMatch(page, /<td><b><\/td>/);
  });

  it("cuts the bar of one that is far slower, and says so", () => {
    match(page, /the bar is cut/);
    strictEqual(page.match(/class="cut"/g)?.length, 1);
  });
});

describe("printResults()", () => {
  it("has a row for each contender, the one of the house first", () => {
    const lines = printResults(results).split("\n");
    const names = ["tinypond", "fast", "dexie", "slow", "sqlite"];

    const places = names.map((name) => lines.findIndex((line) => line.startsWith(name)));

    strictEqual(String(places), String([...places].sort((a, b) => a - b)));
    match(lines[places[2]], /300 ms +200 ms - 400 ms +3\.00 x/);
    match(lines[places[4]], /cannot: no streams/);
  });
});

describe("numbers", () => {
  it("have the digits that they are worth", () => {
    strictEqual(time(1.234), "1.23 ms");
    strictEqual(time(45_600), "45.6 s");
    strictEqual(bytes(-1536), "-1.5 KiB");
    strictEqual(timesText(12.3), "12 x");
  });
});
