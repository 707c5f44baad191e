import * as arrow from "apache-arrow";
import { Field, Float64, Int32, Schema, Utf8 } from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { compareCodePoints } from "../../../src/arrow/reading/condition.ts";
import { type Bound, type Bounds, mayMatch } from "../../../src/arrow/reading/filter-bounds.ts";
import { checkFilter } from "../../../src/arrow/reading/filter-check.ts";
import { matchRows } from "../../../src/arrow/reading/filter-rows.ts";
import type { RowFilter } from "../../../src/arrow/row-filter.ts";
import { batchOfRows, filters, type Row, rows } from "./filter-arbitraries.ts";

describe("bounds of a column", () => {
  const schema = new Schema([
    new Field("n", new Int32(), true),
    new Field("f", new Float64(), true),
    new Field("s", new Utf8(), true),
  ]);
  const may = (filter: RowFilter, bounds: Bounds) =>
    mayMatch(checkFilter(arrow, schema, filter), () => bounds);

  it("rule out what lies beyond them, and nothing that they do not tell", () => {
    const n = { min: 10n, max: 20n, nullCount: 0, rowCount: 5 };
    expect(may({ n: 9 }, n)).equal(false);
    expect(may({ n: 10 }, n)).equal(true);
    expect(may({ n: { $gt: 20 } }, n)).equal(false);
    expect(may({ n: { $gte: 20 } }, n)).equal(true);
    expect(may({ n: { $gt: 19.5, $lt: 19.7 } }, n)).equal(true);
    expect(may({ n: 19.5 }, n)).equal(false);
    expect(may({ n: { $in: [1, 2, 30] } }, n)).equal(false);
    expect(may({ n: { $gt: 20 } }, { min: 10n, rowCount: 5 })).equal(true);
    expect(may({ n: { $lt: 10 } }, { max: 20n })).equal(true);
    expect(may({ n: 1 }, {})).equal(true);
  });

  it("rule out nulls where they are counted, and values where there are none", () => {
    expect(may({ n: null }, { nullCount: 0, rowCount: 5 })).equal(false);
    expect(may({ n: null }, { rowCount: 5 })).equal(true);
    expect(may({ n: { $ne: null } }, { nullCount: 5, rowCount: 5 })).equal(false);
    expect(may({ n: { $gt: 0 } }, { nullCount: 5, rowCount: 5 })).equal(false);
    expect(may({ n: { $not: { $gt: 0 } } }, { nullCount: 5, rowCount: 5 })).equal(true);
  });

  it("rule out by negation only where all values are one", () => {
    const one = { min: 7n, max: 7n, nullCount: 0, rowCount: 5 };
    expect(may({ n: { $ne: 7 } }, one)).equal(false);
    expect(may({ n: { $nin: [1, 7] } }, one)).equal(false);
    expect(may({ $nor: [{ n: 7 }] }, one)).equal(false);
    expect(may({ n: { $not: { $gte: 7 } } }, one)).equal(false);
    expect(may({ n: { $ne: 7 } }, { ...one, nullCount: 1 })).equal(true);
    expect(may({ n: { $ne: 7 } }, { min: 7n, max: 8n, nullCount: 0 })).equal(true);
  });

  it("say nothing of NaN, and take both zeros for one", () => {
    const zero = { min: 0, max: 0, nullCount: 0, rowCount: 5 };
    expect(may({ f: { $ne: 0 } }, zero)).equal(true);
    expect(may({ f: { $not: { $gte: 0 } } }, zero)).equal(true);
    expect(may({ f: -0 }, zero)).equal(true);
    expect(may({ f: { $lt: 0 } }, zero)).equal(false);
  });

  it("hold for texts where both orders agree", () => {
    const s = { min: "b", max: "d", nullCount: 0, rowCount: 5 };
    expect(may({ s: { $gt: "d" } }, s)).equal(false);
    expect(may({ s: { $lt: "b" } }, s)).equal(false);
    expect(may({ s: "a" }, s)).equal(false);
    // By UTF-16 units U+FFFD comes after the emoji, by code points before it.
    const emoji = { min: "\uFFFD", max: "😀", nullCount: 0, rowCount: 2 };
    expect(may({ s: { $lt: "\uFFFD" } }, emoji)).equal(true);
    expect(may({ s: "\uFFFC" }, emoji)).equal(false);
  });

  it("never rule out rows that are there", () => {
    fc.assert(
      fc.property(rows, filters, fc.infiniteStream(fc.boolean()), (values, filter, knows) => {
        const batch = batchOfRows(values);
        const condition = checkFilter(arrow, batch.schema, filter);
        const known = new Map<string, Bounds>();
        for (const name of NAMES)
          known.set(
            name,
            boundsOf(values, name, () => knows.next().value),
          );

        const matches = matchRows(arrow, batch, condition).includes(1);

        if (matches)
          expect(mayMatch(condition, ({ path }) => known.get(path[0] ?? ""))).equal(true);
      }),
      { numRuns: 3000 },
    );
  });
});

const NAMES: (keyof Row)[] = ["int", "long", "float", "text", "word", "flag", "time"];

/** What statistics would say, some of it left out. */
function boundsOf(values: readonly Row[], name: keyof Row, knows: () => boolean): Bounds {
  const column = values.map((row) => row[name]);
  const sorted = column
    .filter((value) => value !== null && !Number.isNaN(value))
    .map((value): Bound => (name === "int" ? BigInt(value as number) : (value as Bound)))
    .sort((a, b) =>
      typeof a === "string" && typeof b === "string" ? compareCodePoints(a, b) : a < b ? -1 : 1,
    );
  return {
    ...(knows() && { min: sorted[0] }),
    ...(knows() && { max: sorted.at(-1) }),
    ...(knows() && { nullCount: column.filter((value) => value === null).length }),
    rowCount: values.length,
  };
}
