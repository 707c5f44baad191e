import { doesNotMatch, match } from "node:assert/strict";
import { describe, it } from "node:test";
import { writeTables } from "../../bench/results/markdown.mjs";
import { resultsOf, times } from "./results.mjs";

describe("writeTables()", () => {
  const tables = writeTables(
    resultsOf({
      scale: 0.5,
      figures: [{ value: 2, limit: 1.5, detail: "2 ms against 1 ms" }],
      rivals: [
        { ms: times(10), blockMs: times(3), peakBytes: times(2 ** 20) },
        { contender: "dexie", failed: "wrong bytes" },
        { contender: "sqlite", cannot: "no files" },
      ],
    }),
  );

  it("tells the machine, the sizes and the versions", () => {
    match(
      tables,
      /^2026-11-23 07:05 UTC, load 0\.5 .*\. Chrome\/1, 2 processors .* Sizes are 0\.5 .* dexie 4\.0\.0/,
    );
  });

  it("has the figures with what was wanted", () => {
    match(tables, /\| `t`: w \| 2 x \| at most 1\.5 x \| missed \| 2 ms against 1 ms \|/);
  });

  it("has a column for each contender that took part, and says who failed", () => {
    match(
      tables,
      /\| median of \| tinypond \| dexie \|\n.*\n\| read 10,000 files \| 10\.0 ms \| failed \|/,
    );
    doesNotMatch(tables, /\| median of .*sqlite/);
  });

  it("has tables of their own for each of several browsers", () => {
    const rivals = [{ ms: times(10) }, { ms: times(20), browser: "firefox" }];
    const both = resultsOf({ rivals, browsers: { chromium: "Chrome/1", firefox: "Firefox/1" } });

    match(writeTables(both), /### In chromium\n[^#]*10\.0 ms[^#]*### In firefox\n[^#]*20\.0 ms/);
  });

  it("has the longest block and the most memory of each", () => {
    match(tables, /\| tinypond \| 3\.00 ms \(read\) \| 1\.0 MiB \(read\) \|/);
  });
});
