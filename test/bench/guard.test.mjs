import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isMet } from "../../bench/results/figures.mjs";
import { judge } from "../../bench/results/guard.mjs";

const slower = { task: "t", figure: 1, expected: 1, margin: 0.2 };

describe("judge()", () => {
  it("allows a ratio of times its margin upwards, and any gain", () => {
    deepStrictEqual(verdicts([0.1, 1.2, 1.21], {}), [false, false, true]);
  });

  it("allows a ratio of speeds its margin downwards", () => {
    deepStrictEqual(verdicts([9, 0.8, 0.79], { atLeast: 0.5 }), [false, false, true]);
  });

  it("takes a figure that was not measured for a regression", () => {
    strictEqual(judge([slower], [])[0].isWorse, true);
    strictEqual(judge([slower], [{ task: "t", value: null }])[0].isWorse, true);
  });

  it("finds a figure by its place among those of its task", () => {
    const figures = [
      { task: "other", value: 9 },
      { task: "t", value: 9 },
      { task: "t", value: 1 },
    ];

    strictEqual(judge([{ ...slower, figure: 2 }], figures)[0].isWorse, false);
  });
});

describe("guard.json", () => {
  it("states a margin for each figure", () => {
    const path = new URL("../../bench/guard.json", import.meta.url);
    const { figures } = JSON.parse(readFileSync(path, "utf8"));

    for (const { task, figure, expected, margin } of figures) {
      ok(task && figure >= 1 && expected >= 0 && margin >= 0 && margin < 1, task);
    }
  });
});

describe("isMet()", () => {
  it("knows limits from above, from below, and none", () => {
    strictEqual(isMet({ value: 1, limit: 1 }), true);
    strictEqual(isMet({ value: 1.1, limit: 1 }), false);
    strictEqual(isMet({ value: 0.9, atLeast: 1 }), false);
    strictEqual(isMet({ value: 1 }), undefined);
    strictEqual(isMet({ value: null, limit: 1 }), undefined);
  });
});

function verdicts(values, figure) {
  return values.map((value) => judge([slower], [{ task: "t", value, ...figure }])[0].isWorse);
}
