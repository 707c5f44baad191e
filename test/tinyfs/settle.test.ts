import { expect } from "chai";
import type { NodeId, SegmentRow, StagedEntry, WriteSet } from "../../src/tinyfs/index.ts";
import { NO_TOTALS, nextTime, settle } from "../../src/tinyfs/index.ts";

const id = (text: string) => text as NodeId;

const NOTHING: WriteSet = {
  id: "tx",
  base: 0,
  names: [],
  series: [],
  chain: [],
  gone: new Set(),
  removedBelow: { files: 0, directories: 0, liveBytes: 0 },
  sources: [],
  expected: [],
};

const BASIS = { seq: 9, time: 900, totals: NO_TOTALS, newestSegments: new Map() };

function entry(name: string, more: Partial<StagedEntry> = {}): StagedEntry {
  return {
    dirId: id("d"),
    name,
    placedSeq: 0,
    nodeId: id(`node of ${name}`),
    partId: id("d"),
    entryType: "FileData",
    version: 2,
    txnSeq: 0,
    timestamp: 0,
    size: 10,
    sha256: "00",
    content: { size: 10, sha256: "00" },
    dirty: true,
    ...more,
  };
}

describe("nextTime()", () => {
  it("goes on when the clock stands still or goes back", () => {
    const future = Date.now() * 1000 + 1e9;

    const time = nextTime(future);

    expect(time).equal(future + 1);
  });

  it("follows the clock otherwise", () => {
    const time = nextTime(0);

    expect(Math.abs(time - Date.now() * 1000)).lessThan(1e7);
  });
});

describe("settle()", () => {
  it("gives a new version the number and time of the commit", () => {
    const names = [{ dirId: id("d"), name: "a", path: "/a", after: entry("a") }];

    const { placed } = settle({ ...NOTHING, names }, BASIS);

    expect(placed[0]).deep.include({ placedSeq: 9, txnSeq: 9, timestamp: 900, version: 2 });
    expect(placed[0]).not.property("dirty");
  });

  it("keeps the number and time of a version that only moved, and tells where it came from", () => {
    const home = { dirId: id("d"), name: "a", placedSeq: 3 };
    const moved = entry("b", { dirty: false, txnSeq: 3, timestamp: 300, home });
    const names = [{ dirId: id("d"), name: "b", path: "/b", after: moved }];

    const { placed } = settle({ ...NOTHING, names }, BASIS);

    expect(placed[0]).deep.include({ placedSeq: 9, txnSeq: 3, timestamp: 300, from: home });
  });

  it("tells of each row how it ended", () => {
    const before = (name: string) => entry(name, { placedSeq: 3 });
    const place = (name: string) => ({ dirId: id("d"), name, path: `/${name}` });
    const names = [
      { ...place("replaced"), before: before("replaced"), after: entry("replaced") },
      { ...place("removed"), before: before("removed") },
      { ...place("moved"), before: before("moved") },
      { ...place("to"), after: entry("to", { nodeId: id("node of moved") }) },
    ];

    const { superseded } = settle({ ...NOTHING, names }, BASIS);

    expect(superseded.map(({ name, end, endSeq }) => [name, end, endSeq])).deep.equal([
      ["replaced", "replaced", 9],
      ["removed", "removed", 9],
      ["moved", "moved", 9],
    ]);
  });

  it("writes no row and tells no change of a name that is as it was", () => {
    const before = entry("a", { placedSeq: 3 });
    const names = [
      { dirId: id("d"), name: "a", path: "/a", before, after: entry("a", { dirty: false }) },
      { dirId: id("d"), name: "t", path: "/t" },
    ];

    const { placed, superseded, changes } = settle({ ...NOTHING, names }, BASIS);

    expect([placed, superseded, changes]).deep.equal([[], [], []]);
  });

  it("counts ordinals and totals on from the newest row of a series", () => {
    const segment = { content: { size: 5, sha256: "11" }, rowCount: 2 };
    const newest = {
      version: 7,
      totals: { segments: 7, rows: 70, bytes: 700 },
    } as SegmentRow;
    const rows = [
      { kind: "append" as const, segments: [segment] },
      { kind: "replace" as const, segments: [segment, segment] },
      { kind: "append" as const, segments: [segment] },
    ];
    const series = [{ nodeId: id("s"), path: "/s", home: { dirId: id("d"), name: "s" }, rows }];
    const newestSegments = new Map([[id("s"), newest]]);

    const { segments } = settle({ ...NOTHING, series }, { ...BASIS, newestSegments });

    expect(
      segments.map(({ version, n, totals }) => [version, n, totals.rows, totals.bytes]),
    ).deep.equal([
      [8, 0, 72, 705],
      [9, 1, 4, 10],
      [10, 2, 6, 15],
    ]);
  });

  it("gives a compaction no ordinal and the totals of the newest row", () => {
    const newest = { version: 7, totals: { segments: 7, rows: 70, bytes: 700 } } as SegmentRow;
    const rows = [{ kind: "compact" as const, segments: [], coversTo: { txnSeq: 4, n: 0 } }];
    const series = [{ nodeId: id("s"), path: "/s", home: { dirId: id("d"), name: "s" }, rows }];
    const newestSegments = new Map([[id("s"), newest]]);

    const { segments } = settle({ ...NOTHING, series }, { ...BASIS, newestSegments });

    expect(segments[0]).deep.include({ version: 7, coversTo: { txnSeq: 4, n: 0 } });
    expect(segments[0]?.totals.rows).equal(70);
  });
});
