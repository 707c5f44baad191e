import { expect } from "chai";
import {
  checkPolicy,
  checkTagName,
  cutoffFor,
  horizonOf,
  isSamePolicy,
  isSeen,
  keepsRow,
  versionsKept,
} from "../../src/tinyfs/retention-rules.ts";

const RULES = { horizon: 10, kept: [3], keepVersions: 2, cutoff: 0 };

describe("isSeen()", () => {
  const commits = { horizon: 10, kept: [3, 7] };

  it("is true of what stood at the horizon or later", () => {
    expect(isSeen(commits, 8, 11)).equal(true);
    expect(isSeen(commits, 8, 10)).equal(false);
  });

  it("is true of what stood at a retained commit, from the one that placed it to before its end", () => {
    expect(isSeen(commits, 3, 4)).equal(true);
    expect(isSeen(commits, 2, 3)).equal(false);
    expect(isSeen(commits, 4, 7)).equal(false);
    expect(isSeen(commits, 4, 8)).equal(true);
  });

  it("is false of what only passed a name within one commit", () => {
    expect(isSeen(commits, 11, 11)).equal(false);
    expect(isSeen(commits, 3, 3)).equal(false);
  });
});

describe("keepsRow()", () => {
  it("keeps as many of the newest versions as are asked for, the present one included", () => {
    expect(keepsRow(RULES, { placedSeq: 8, endSeq: 9, version: 4 }, 5)).equal(true);
    expect(keepsRow(RULES, { placedSeq: 7, endSeq: 8, version: 3 }, 5)).equal(false);
  });

  it("keeps no version of a node that stands nowhere, unless a retained commit sees it", () => {
    expect(keepsRow(RULES, { placedSeq: 8, endSeq: 9, version: 4 }, undefined)).equal(false);
    expect(keepsRow(RULES, { placedSeq: 2, endSeq: 4, version: 1 }, undefined)).equal(true);
    expect(keepsRow(RULES, { placedSeq: 9, endSeq: 11, version: 1 }, undefined)).equal(true);
  });

  it("keeps nothing for its version's sake that ended by the cutoff", () => {
    const row = { placedSeq: 8, endSeq: 9, version: 4 };
    expect(keepsRow({ ...RULES, cutoff: 8 }, row, 5)).equal(true);
    expect(keepsRow({ ...RULES, cutoff: 9 }, row, 5)).equal(false);
    expect(keepsRow({ ...RULES, cutoff: 9, kept: [8] }, row, 5)).equal(true);
  });
});

describe("horizonOf()", () => {
  it("is what was the newest commit `keepFor` ago", () => {
    expect(horizonOf({ keepFor: 1000, keepVersions: 3 }, 20, 12)).equal(12);
  });

  it("is the newest commit where no time is kept", () => {
    expect(horizonOf({ keepFor: 0 }, 20, 18)).equal(20);
    expect(horizonOf({ keepVersions: 1 }, 20, 12)).equal(20);
  });

  it("is no commit where all versions are kept", () => {
    expect(horizonOf({}, 20, 12)).equal(0);
    expect(horizonOf({ maxBytes: 5 }, 20, 12)).equal(0);
  });
});

describe("versionsKept()", () => {
  it("is all without a policy, and none where only a time is kept", () => {
    expect(versionsKept({})).equal(Number.POSITIVE_INFINITY);
    expect(versionsKept({ keepFor: 5 })).equal(0);
    expect(versionsKept({ keepFor: 5, keepVersions: 4 })).equal(4);
  });
});

describe("cutoffFor()", () => {
  const sizes = new Map([
    [7, 10],
    [2, 10],
    [5, 20],
  ]);

  it("is the commit by which the oldest have to go, in the order of commits", () => {
    expect(cutoffFor(sizes, 40)).equal(0);
    expect(cutoffFor(sizes, 39)).equal(2);
    expect(cutoffFor(sizes, 30)).equal(2);
    expect(cutoffFor(sizes, 29)).equal(5);
    expect(cutoffFor(sizes, 0)).equal(7);
  });
});

describe("isSamePolicy()", () => {
  it("compares every field", () => {
    const policy = { keepVersions: 1, keepFor: 2, maxBytes: 3 };
    expect(isSamePolicy(policy, { ...policy })).equal(true);
    for (const field of ["keepVersions", "keepFor", "maxBytes"]) {
      expect(isSamePolicy(policy, { ...policy, [field]: 9 }), field).equal(false);
    }
    expect(isSamePolicy({}, { maxBytes: 1 })).equal(false);
  });
});

describe("checkPolicy()", () => {
  it("takes nothing but its fields", () => {
    const given = { keepVersions: 3, keepFor: undefined, other: 1 } as never;
    expect(checkPolicy(given)).deep.equal({ keepVersions: 3 });
  });

  it("refuses what is not a number from 0 on", () => {
    for (const value of [-1, Number.NaN, "3", null]) {
      for (const field of ["keepVersions", "keepFor", "maxBytes"]) {
        expect(() => checkPolicy({ [field]: value } as never), field).throw(TypeError, field);
      }
    }
  });
});

describe("checkTagName()", () => {
  it("refuses what is not a text, and an empty one", () => {
    for (const name of ["", 1, undefined, null]) {
      expect(() => checkTagName(name as string)).throw(TypeError);
    }
    expect(() => checkTagName("v1")).not.throw();
  });
});
