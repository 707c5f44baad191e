import { expect } from "chai";
import { timeRangeOf } from "../../src/worker/parquet-time-range.ts";
import type {
  ColumnStatistics,
  ParquetLogicalType,
  ParquetSummary,
} from "../../src/worker/parquet-types.ts";

describe("timeRangeOf()", () => {
  it("spans all row groups", () => {
    const summary = withColumn({ type: "TIMESTAMP", unit: "MICROS" }, [
      { min: 5n, max: 9n, nullCount: 0 },
      { min: -3n, max: 7n },
    ]);

    expect(timeRangeOf(summary, "t")).deep.equal({ min: -3n, max: 9n });
  });

  it("gives microseconds whatever the unit, and rounds outwards", () => {
    const bounds = [{ min: -1500n, max: 1500n }];
    const ranges = (["MILLIS", "MICROS", "NANOS"] as const).map((unit) =>
      timeRangeOf(withColumn({ type: "TIMESTAMP", unit }, bounds), "t"),
    );

    expect(ranges).deep.equal([
      { min: -1_500_000n, max: 1_500_000n },
      { min: -1500n, max: 1500n },
      { min: -2n, max: 2n },
    ]);
    expect(timeRangeOf(withColumn({ type: "DATE" }, [{ min: -1, max: 1 }]), "t")).deep.equal({
      min: -86_400_000_000n,
      max: 86_400_000_000n,
    });
  });

  it("passes over row groups without a value", () => {
    const summary = withColumn({ type: "TIMESTAMP", unit: "MICROS" }, [
      { nullCount: 10 },
      { min: 1n, max: 2n, nullCount: 9 },
    ]);

    expect(timeRangeOf(summary, "t")).deep.equal({ min: 1n, max: 2n });
  });

  it("is not known where a row group has no bounds, or the column is no time or not there", () => {
    const unknown = withColumn({ type: "TIMESTAMP", unit: "MICROS" }, [{ min: 1n, max: 2n }, {}]);

    expect(timeRangeOf(unknown, "t")).equal(undefined);
    expect(timeRangeOf(unknown, "time")).equal(undefined);
    expect(timeRangeOf(withColumn({ type: "STRING" }, [{ min: "a", max: "b" }]), "t")).equal(
      undefined,
    );
    expect(timeRangeOf(withColumn({ type: "TIMESTAMP", unit: "MICROS" }, []), "t")).equal(
      undefined,
    );
  });
});

function withColumn(logicalType: ParquetLogicalType, groups: ColumnStatistics[]): ParquetSummary {
  return {
    rowCount: groups.length * 10,
    size: 1000,
    columns: [{ name: "t", path: ["t"], physicalType: "INT64", logicalType, nullable: true }],
    rowGroups: groups.map((statistics) => ({
      rowCount: 10,
      offset: 4,
      compressedBytes: 10,
      uncompressedBytes: 10,
      statistics: [statistics],
      storage: [],
    })),
    schemaFingerprint: "0".repeat(64),
    keyValueMetadataKeys: [],
  };
}
