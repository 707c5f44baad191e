import { expect } from "chai";
import { startOfSmallRun } from "../../src/arrow/auto-compaction.ts";
import type { Segment } from "../../src/tinyfs/entry.ts";

const POLICY = { minSegments: 64, maxSegmentBytes: 1 << 20 };

const segment = (size: number): Segment => ({ content: { size, sha256: "" } });

describe("startOfSmallRun()", () => {
  const startOf = (...sizes: readonly number[]) => startOfSmallRun(sizes.map(segment), POLICY);
  const many = (count: number, size: number) => Array.from({ length: count }, () => size);

  it("takes small segments at the end when there are enough", () => {
    const starts = [startOf(...many(63, 1000)), startOf(...many(64, 1000))];

    expect(starts).deep.equal([63, 0]);
  });

  it("leaves large segments, and what is before them", () => {
    const start = startOf(...many(100, 1000), 2 << 20, ...many(64, 1000));

    expect(start).equal(101);
  });

  it("leaves what was joined before until as much is behind it", () => {
    const starts = [
      startOf(100_000, ...many(64, 1000)),
      startOf(64_000, ...many(64, 1000)),
      startOf(100_000, ...many(36, 1000)),
    ];

    expect(starts).deep.equal([1, 0, 37]);
  });

  it("copies each byte a few times only, and keeps the segments few", () => {
    let segments: number[] = [];
    let copied = 0;
    let most = 0;
    for (let version = 1; version <= 20_000; version += 1) {
      segments.push(1000 + (version % 7));
      if (version % POLICY.minSegments === 3) {
        const start = startOf(...segments);
        const sum = segments.slice(start).reduce((total, size) => total + size, 0);
        if (start < segments.length) segments = [...segments.slice(0, start), sum];
        copied += sum;
      }
      most = Math.max(most, segments.length);
    }

    const bytes = segments.reduce((total, size) => total + size, 0);
    expect(copied / bytes).lessThan(6);
    expect(most).lessThan(170);
  });
});
