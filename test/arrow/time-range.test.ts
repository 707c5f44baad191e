import * as arrow from "apache-arrow";
import { expect } from "chai";
import { TimeRangeTracker } from "../../src/arrow/time-range.ts";
import { batchOf } from "./batch-fixtures.ts";

function column(
  type: arrow.DataType,
  data: BigInt64Array | Int32Array,
  valid?: number,
): arrow.Vector {
  const validity = valid === undefined ? {} : { nullCount: -1, nullBitmap: Uint8Array.of(valid) };
  return arrow.makeVector(
    arrow.makeData({ type: type as arrow.Timestamp, length: data.length, data, ...validity }),
  );
}

function rangeOf(columns: Record<string, arrow.Vector>, named?: string): unknown {
  const batch = batchOf(columns);
  const tracker = new TimeRangeTracker(arrow, batch.schema, named);
  tracker.add(batch);
  return tracker.range;
}

describe("TimeRangeTracker", () => {
  it("gives microseconds of every unit, rounded outwards", () => {
    const [low, high] = [-1_500n, 2_500n];
    const data = BigInt64Array.of(0n, high, low);

    expect(rangeOf({ ts: column(new arrow.TimestampSecond(), data) })).deep.equal({
      min: -1_500_000_000,
      max: 2_500_000_000,
    });
    expect(rangeOf({ ts: column(new arrow.TimestampMillisecond("UTC"), data) })).deep.equal({
      min: -1_500_000,
      max: 2_500_000,
    });
    expect(rangeOf({ ts: column(new arrow.TimestampMicrosecond(), data) })).deep.equal({
      min: -1500,
      max: 2500,
    });
    expect(rangeOf({ ts: column(new arrow.TimestampNanosecond(), data) })).deep.equal({
      min: -2,
      max: 3,
    });
    expect(rangeOf({ ts: column(new arrow.DateMillisecond(), data) })).deep.equal({
      min: -1_500_000,
      max: 2_500_000,
    });
    expect(rangeOf({ ts: column(new arrow.DateDay(), Int32Array.of(1, -1)) })).deep.equal({
      min: -86_400_000_000,
      max: 86_400_000_000,
    });
  });

  it("leaves nulls out, and is absent where all are null", () => {
    const type = new arrow.TimestampMicrosecond();
    const data = BigInt64Array.of(99n, 5n, 7n, -99n);

    expect(rangeOf({ ts: column(type, data, 0b0110) })).deep.equal({ min: 5, max: 7 });
    expect(rangeOf({ ts: column(type, data, 0) })).equal(undefined);
  });

  it("takes the likeliest of the usual names that is a time, or the one that is named", () => {
    const type = new arrow.TimestampMicrosecond();
    const time = (value: bigint) => column(type, BigInt64Array.of(value));
    const columns = {
      other: time(1n),
      datetime: time(2n),
      ts: time(3n),
      timestamp: arrow.vectorFromArray([4], new arrow.Int32()),
    };

    expect(rangeOf(columns)).deep.equal({ min: 3, max: 3 });
    expect(rangeOf(columns, "other")).deep.equal({ min: 1, max: 1 });
    expect(rangeOf({ other: time(1n) })).equal(undefined);
  });
});
