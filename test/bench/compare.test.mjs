import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { compareResults, differencesOf } from "../../bench/results/compare.mjs";
import { resultsOf, times } from "./results.mjs";

describe("compareResults()", () => {
  it("marks times whose spreads lie apart", () => {
    const [row] = compare([{ ms: times(10, 9, 11) }], [{ ms: times(14, 12, 15) }]);

    strictEqual(row.ratio, 1.4);
    strictEqual(row.isBeyondSpread, true);
  });

  it("marks none whose spreads meet, however far the medians are apart", () => {
    const [row] = compare([{ ms: times(10, 9, 13) }], [{ ms: times(20, 12, 22) }]);

    strictEqual(row.isBeyondSpread, false);
  });

  it("marks none that has changed by less than a twentieth", () => {
    const [row] = compare([{ ms: times(100, 100, 100.5) }], [{ ms: times(103, 102, 104) }]);

    strictEqual(row.isBeyondSpread, false);
  });

  it("takes the spread of a ratio from its rounds", () => {
    const before = { value: 1, rounds: { ours: [10, 12], byHand: [10, 10] } };
    const [same] = compareFigures(before, {
      value: 1.15,
      rounds: { ours: [11.2, 11.8], byHand: [10, 10] },
    });
    const [slower] = compareFigures(before, {
      value: 1.5,
      rounds: { ours: [15, 16], byHand: [10, 10] },
    });

    strictEqual(same.isBeyondSpread, false);
    strictEqual(slower.isBeyondSpread, true);
  });

  it("shows what only one of them has, without a ratio", () => {
    const rows = compare([{ ms: times(1) }], [{ ms: times(1), contender: "dexie" }]);

    deepStrictEqual(
      rows.map(({ before, after, ratio }) => [before?.median, after?.median, ratio]),
      [
        [1, undefined, undefined],
        [undefined, 1, undefined],
      ],
    );
  });

  it("leaves out what has failed", () => {
    const rows = compare([{ failed: "wrong bytes" }], [{ cannot: "no streams" }]);

    deepStrictEqual(rows, []);
  });
});

describe("differencesOf()", () => {
  it("names what makes times of two runs incomparable", () => {
    const found = differencesOf(resultsOf(), resultsOf({ scale: 0.1 }));

    deepStrictEqual(found, ["the scale: 1 and 0.1"]);
  });
});

function compare(before, after) {
  return compareResults(resultsOf({ rivals: before }), resultsOf({ rivals: after }));
}

function compareFigures(before, after) {
  return compareResults(resultsOf({ figures: [before] }), resultsOf({ figures: [after] }));
}
