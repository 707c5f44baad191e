import { expect } from "chai";
import type {
  Change,
  ChangeKind,
  NodeId,
  Segment,
  SegmentRow,
  StagedEntry,
  StagedName,
  StagedSeries,
  WriteSet,
} from "../../src/tinyfs/index.ts";
import { findConflict } from "../../src/tinyfs/index.ts";

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

function staged(name: string, end: "put" | "removed" = "put"): StagedName {
  const place = { dirId: id("d"), name, path: `/d/${name}` };
  return end === "put" ? { ...place, after: { name } as StagedEntry } : place;
}

function addsTo(name: string, kind: "append" | "replace" | "compact"): StagedSeries {
  const rows = [{ kind, segments: [] }];
  return { nodeId: id("s"), path: `/d/${name}`, home: { dirId: id("d"), name }, rows };
}

function change(name: string, kind: ChangeKind, more: Partial<Change> = {}): Change {
  return { dirId: id("d"), name, path: `/d/${name}`, kind, entryType: "FileData", ...more };
}

const conflicts = (writeSet: Partial<WriteSet>, ...changes: Change[]) =>
  findConflict({ ...NOTHING, ...writeSet }, changes, new Map()) !== undefined;

describe("findConflict()", () => {
  it("finds none where nobody else has committed", () => {
    expect(conflicts({ names: [staged("a")], gone: new Set([id("d")]) })).equal(false);
  });

  it("finds a name that both have written, and tells its path", () => {
    const writeSet = { ...NOTHING, names: [staged("a")] };
    const found = findConflict(writeSet, [change("a", "put")], new Map());

    expect(found).contain("/d/a");
  });

  it("finds a name that was used for a while only", () => {
    expect(conflicts({ names: [staged("a", "removed")] }, change("a", "put"))).equal(true);
  });

  it("does not mix equal names of two directories", () => {
    const other = change("a", "put", { dirId: id("e") });

    expect(conflicts({ names: [staged("a")] }, other)).equal(false);
  });

  it("lets appends meet appends and compactions, and nothing else", () => {
    const met = (["append", "compact", "replace", "put", "remove"] as const).map((kind) =>
      conflicts({ series: [addsTo("s", "append")] }, change("s", kind)),
    );

    expect(met).deep.equal([false, false, true, true, true]);
  });

  it("lets appends meet those of their schema since their base, and no others", () => {
    const segment = (schemaFingerprint?: string) =>
      ({ ...(schemaFingerprint !== undefined && { schemaFingerprint }) }) as Segment;
    const meets = (mine: string | undefined, theirs: string | undefined, txnSeq: number) => {
      const series = [
        { ...addsTo("s", "append"), rows: [{ kind: "append", segments: [segment(mine)] }] },
      ];
      const newest = {
        txnSeq,
        segments: [segment("old"), segment(theirs)],
      } as unknown as SegmentRow;
      const writeSet = { ...NOTHING, base: 5, series } as WriteSet;
      return (
        findConflict(writeSet, [change("s", "append")], new Map([[id("s"), newest]])) === undefined
      );
    };

    expect(meets("a", "a", 6)).equal(true);
    expect(meets(undefined, undefined, 6)).equal(true);
    expect(meets("a", "b", 6)).equal(false);
    expect(meets("a", "b", 5), "looked at already").equal(true);
  });

  it("lets a compaction meet appends, and nothing else", () => {
    const met = (["append", "compact", "replace", "put", "remove"] as const).map((kind) =>
      conflicts({ series: [addsTo("s", "compact")] }, change("s", kind)),
    );

    expect(met).deep.equal([false, true, true, true, true]);
  });

  it("lets a replacement meet nothing", () => {
    const met = (["append", "compact", "replace", "put", "remove"] as const).map((kind) =>
      conflicts({ series: [addsTo("s", "replace")] }, change("s", kind)),
    );

    expect(met).deep.equal([true, true, true, true, true]);
  });

  it("finds a move of a series that was appended to", () => {
    expect(conflicts({ names: [staged("s", "removed")] }, change("s", "append"))).equal(true);
  });

  it("takes no name for a series that the transaction has made", () => {
    const made: StagedSeries = {
      nodeId: id("s"),
      path: "/d/s",
      rows: [{ kind: "append", segments: [] }],
    };

    expect(conflicts({ series: [made] }, change("s", "remove"))).equal(false);
  });

  it("finds a directory on the way that is another now, or gone", () => {
    const chain = [{ dirId: id("d"), name: "e", nodeId: id("e1") }];

    expect(conflicts({ chain }, change("e", "remove", { before: id("e1") }))).equal(true);
    expect(conflicts({ chain }, change("e", "put", { after: id("e2") }))).equal(true);
  });

  it("judges the way by the newest change", () => {
    const chain = [{ dirId: id("d"), name: "e", nodeId: id("e1") }];
    const away = change("e", "remove", { before: id("e1") });
    const back = change("e", "put", { after: id("e1") });

    expect(conflicts({ chain }, away, back)).equal(false);
    expect(conflicts({ chain }, back, away)).equal(true);
  });

  it("finds whatever was done below a directory that is taken away", () => {
    const gone = new Set([id("d")]);

    const found = (["put", "append", "replace", "compact", "remove"] as const).map((kind) =>
      conflicts({ gone }, change("x", kind)),
    );

    expect(found).deep.equal([true, true, true, true, true]);
  });

  it("finds an expectation that was broken", () => {
    const expected = [({ name }: Change) => name === "watched"];

    expect(conflicts({ expected }, change("other", "put"))).equal(false);
    expect(conflicts({ expected }, change("other", "put"), change("watched", "put"))).equal(true);
  });
});
