import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { makeRow, OURS, reasonOf, toOurs } from "../../bench/results/rows.mjs";
import { quantile, ratio, summarize } from "../../bench/results/statistics.mjs";
import { times } from "./results.mjs";

describe("summarize()", () => {
  it("tells the middle and the spread", () => {
    deepStrictEqual(summarize([5, 1, 3]), { median: 3, low: 1, high: 5, rounds: [5, 1, 3] });
  });

  it("takes the mean of the two in the middle of an even number", () => {
    strictEqual(summarize([1, 2, 10, 20]).median, 6);
  });

  it("tells nothing of no rounds", () => {
    strictEqual(summarize([]), undefined);
    strictEqual(summarize(undefined), undefined);
  });
});

describe("quantile()", () => {
  it("does not sort what it is given", () => {
    const values = [3, 1, 2];

    strictEqual(quantile(values, 1), 3);
    deepStrictEqual(values, [3, 1, 2]);
  });
});

describe("ratio()", () => {
  it("is that of the medians, and nothing without both", () => {
    strictEqual(ratio(times(6), times(3)), 2);
    strictEqual(ratio(undefined, times(3)), undefined);
    strictEqual(ratio(times(3), times(0)), undefined);
  });
});

describe("makeRow()", () => {
  const step = { contender: "dexie", scenario: "small", step: "read" };

  it("gives no time to a contender that failed in one of its rounds", () => {
    const row = makeRow("chromium", {
      ...step,
      ms: [1, 2],
      blockMs: [0, 0],
      failed: "wrong bytes",
    });

    strictEqual(row.ms, undefined);
    strictEqual(reasonOf(row), "failed: wrong bytes");
  });

  it("gives the reason of one that cannot", () => {
    const row = makeRow("chromium", { ...step, ms: [], cannot: "no streams" });

    strictEqual(reasonOf(row), "cannot: no streams");
  });

  it("compares with the contender of the house in the same step", () => {
    const ours = makeRow("chromium", { ...step, contender: OURS, ms: [2, 2, 2] });
    const other = makeRow("chromium", { ...step, ms: [1, 3, 9] });

    strictEqual(toOurs(other, [other, ours]), 1.5);
    strictEqual(toOurs(other, [other]), undefined);
  });
});
