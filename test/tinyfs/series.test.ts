import { expect } from "chai";
import type { NodeId, Position, Segment, SegmentRow } from "../../src/tinyfs/index.ts";
import { liveSegments } from "../../src/tinyfs/index.ts";
import { addTotals, isLater, rowsAtVersion } from "../../src/tinyfs/series.ts";

const segment = (sha256: string, rowCount = 1): Segment => ({
  content: { size: 10, sha256 },
  rowCount,
});

/** A row that stands at `seq`, number `n`, with the named segments. */
function row(
  kind: SegmentRow["kind"],
  [txnSeq, n]: readonly [number, number],
  version: number,
  names: readonly string[],
  coversTo?: Position,
): SegmentRow {
  return {
    nodeId: "s" as NodeId,
    txnSeq,
    n,
    kind,
    version,
    timestamp: 0,
    segments: names.map((name) => segment(name)),
    totals: { segments: 0, rows: 0, bytes: 0 },
    ...(coversTo && { coversTo }),
  };
}

const namesOf = (segments: readonly Segment[]) => segments.map(({ content }) => content.sha256);

describe("liveSegments()", () => {
  it("gives none for no rows", () => {
    const segments = liveSegments([]);

    expect(segments).deep.equal([]);
  });

  it("gives the segments of appends oldest first", () => {
    const rows = [
      row("append", [3, 0], 3, ["c"]),
      row("append", [2, 0], 2, ["b"]),
      row("append", [1, 0], 1, ["a"]),
    ];

    const segments = liveSegments(rows);

    expect(namesOf(segments)).deep.equal(["a", "b", "c"]);
  });

  it("leaves out what a replacement stands for", () => {
    const rows = [
      row("append", [4, 0], 4, ["d"]),
      row("replace", [3, 0], 3, ["c"], { txnSeq: 3, n: 0 }),
      row("append", [2, 0], 2, ["b"]),
      row("append", [1, 0], 1, ["a"]),
    ];

    const segments = liveSegments(rows);

    expect(namesOf(segments)).deep.equal(["c", "d"]);
  });

  it("keeps an append that stands before a compaction which did not cover it", () => {
    const rows = [
      row("compact", [4, 0], 3, ["ab"], { txnSeq: 2, n: 0 }),
      row("append", [3, 0], 3, ["c"]),
      row("append", [2, 0], 2, ["b"]),
      row("append", [1, 0], 1, ["a"]),
    ];

    const segments = liveSegments(rows);

    expect(namesOf(segments)).deep.equal(["ab", "c"]);
  });

  it("tells rows of one commit apart by their numbers", () => {
    const rows = [
      row("append", [2, 2], 4, ["d"]),
      row("replace", [2, 1], 3, ["c"], { txnSeq: 2, n: 1 }),
      row("append", [2, 0], 2, ["b"]),
      row("append", [1, 0], 1, ["a"]),
    ];

    const segments = liveSegments(rows);

    expect(namesOf(segments)).deep.equal(["c", "d"]);
  });

  it("leaves the rows it is given as they are", () => {
    const rows = [row("append", [2, 0], 2, ["b"]), row("append", [1, 0], 1, ["a"])];
    const before = [...rows];

    liveSegments(rows);

    expect(rows).deep.equal(before);
  });
});

describe("rowsAtVersion()", () => {
  const rows = [
    row("append", [5, 0], 4, ["d"]),
    row("compact", [4, 0], 3, ["ab"], { txnSeq: 2, n: 0 }),
    row("append", [3, 0], 3, ["c"]),
    row("append", [2, 0], 2, ["b"]),
    row("append", [1, 0], 1, ["a"]),
  ];

  it("gives the rows up to the one that made the version", () => {
    const then = rowsAtVersion(rows, 2);

    expect(then.map(({ version }) => version)).deep.equal([2, 1]);
  });

  it("leaves out a compaction that came after the version", () => {
    const then = rowsAtVersion(rows, 3);

    expect(namesOf(liveSegments(then))).deep.equal(["a", "b", "c"]);
  });

  it("has a compaction of the newest version", () => {
    const then = rowsAtVersion(rows.slice(1), 3);

    expect(namesOf(liveSegments(then))).deep.equal(["ab", "c"]);
  });

  it("gives none for a version that never was", () => {
    const then = [rowsAtVersion(rows, 0), rowsAtVersion(rows, 5)];

    expect(then).deep.equal([[], []]);
  });
});

describe("addTotals()", () => {
  it("sums up segments, rows and bytes", () => {
    const first = addTotals(undefined, [segment("a", 3)]);

    const totals = addTotals(first, [segment("b", 4), segment("c", 5)]);

    expect(totals).deep.equal({ segments: 3, rows: 12, bytes: 30 });
  });

  it("widens the time range, and keeps it where a segment has none", () => {
    const first = addTotals(undefined, [{ ...segment("a"), timeRange: { min: 5, max: 7 } }]);
    const second = addTotals(first, [segment("b")]);

    const { timeRange } = addTotals(second, [{ ...segment("c"), timeRange: { min: 1, max: 6 } }]);

    expect(timeRange).deep.equal({ min: 1, max: 7 });
  });
});

describe("isLater()", () => {
  it("compares commits first, then numbers within one", () => {
    const found = [
      isLater({ txnSeq: 2, n: 0 }, { txnSeq: 1, n: 9 }),
      isLater({ txnSeq: 1, n: 1 }, { txnSeq: 1, n: 0 }),
      isLater({ txnSeq: 1, n: 0 }, { txnSeq: 1, n: 0 }),
      isLater({ txnSeq: 1, n: 9 }, { txnSeq: 2, n: 0 }),
    ];

    expect(found).deep.equal([true, true, false, false]);
  });
});
