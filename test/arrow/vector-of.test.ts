import * as arrow from "apache-arrow";
import { expect } from "chai";
import { vectorOf } from "../../src/arrow/vector-of.ts";
import { withoutEval } from "./without-eval.ts";

const ITEM = new arrow.Field("item", new arrow.Int32(), true);

/** Values with null in every place where there may be one. */
const COLUMNS = {
  numbers: { type: new arrow.Int32(), values: [1, null, -3] },
  longs: { type: new arrow.Int64(), values: [2n ** 60n, null] },
  texts: { type: new arrow.Utf8(), values: ["", null, "Tromsø"] },
  words: {
    type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 1),
    values: ["a", null, "b", "a"],
  },
  lists: { type: new arrow.List(ITEM), values: [[1, null, 3], null, []] },
  structs: {
    type: new arrow.Struct([ITEM]),
    values: [{ item: 1 }, null, { item: null }],
  },
};

describe("vectorOf()", () => {
  for (const [name, { type, values }] of Object.entries(COLUMNS)) {
    it(`holds the same ${name} as a vector that Arrow makes`, () => {
      const vector = vectorOf(arrow, values, type);

      const expected: arrow.Vector = arrow.vectorFromArray(values as unknown[], type);
      expect(JSON.stringify(vector, plain)).equal(JSON.stringify(expected, plain));
      expect(vector.nullCount).equal(expected.nullCount).greaterThan(0);
    });
  }

  it("compiles nothing from a string, which a Content-Security-Policy may forbid", async () => {
    const vector = await withoutEval(() => vectorOf(arrow, ["a", null], new arrow.Utf8()));

    expect(vector.toArray()).deep.equal(["a", null]);
  });
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
