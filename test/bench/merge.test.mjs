import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { withEarlier, withFigures } from "../../bench/results/merge.mjs";
import { whenOf } from "../../bench/results/parts.mjs";
import { resultsOf, times } from "./results.mjs";

const at = (name, time, load = 0) => {
  return { browser: "chromium", name, date: `2026-11-23T${time}:00.000Z`, load };
};

describe("withEarlier()", () => {
  const earlier = resultsOf({
    parts: [at("a", "07:00"), at("b", "07:10"), at("small", "07:20")],
    figures: [
      { task: "a", value: 1 },
      { task: "b", value: 2 },
    ],
    rivals: [{ ms: times(10) }],
  });

  it("keeps what this run has not measured, and nothing that it has", () => {
    const now = resultsOf({ parts: [at("b", "09:00")], figures: [{ task: "b", value: 3 }] });

    const { figures, rivals, parts } = withEarlier(now, earlier);

    deepEqual(
      figures.map(({ task, value }) => [task, value]),
      [
        ["a", 1],
        ["b", 3],
      ],
    );
    equal(rivals.length, 1);
    deepEqual(
      parts.map(({ name, date }) => `${name} ${date.slice(11, 16)}`),
      ["a 07:00", "small 07:20", "b 09:00"],
    );
  });

  it("replaces a scenario whole, and what follows from its rounds", () => {
    const before = withFigures(
      resultsOf({ parts: [at("small", "07:20")], rivals: [{ ms: times(10), blockMs: times(20) }] }),
    );
    const rivals = [
      { ms: times(5), blockMs: times(8) },
      { contender: "dexie", ms: times(9) },
    ];
    const now = resultsOf({ parts: [at("small", "09:00")], rivals });

    const all = withFigures(withEarlier(now, before));

    deepEqual(
      all.rivals.map(({ contender, ms }) => `${contender} ${ms.median}`),
      ["tinypond 5", "dexie 9"],
    );
    deepEqual(
      all.figures.map(({ value }) => value),
      [8],
    );
  });

  it("keeps those of another browser", () => {
    const browsers = { firefox: "Firefox/1" };
    const parts = [{ ...at("a", "09:00"), browser: "firefox" }];
    const figures = [{ task: "a", value: 5, browser: "firefox" }];

    const all = withEarlier(resultsOf({ browsers, parts, figures }), earlier);

    deepEqual(all.browsers, { chromium: "Chrome/1", firefox: "Firefox/1" });
    equal(all.figures.length, 3);
  });

  it("refuses those of another size, machine or version of the browser", () => {
    const message = /^Error: Cannot keep earlier results: they differ in /;
    const newer = resultsOf({ browsers: { chromium: "Chrome/2" } });
    throws(() => withEarlier(newer, earlier), message);
    throws(() => withEarlier(resultsOf({ scale: 0.5 }), earlier), message);
  });
});

describe("whenOf()", () => {
  it("tells when the parts of a run began, and how busy the machine was", () => {
    equal(
      whenOf([at("a", "07:00", 0.2), at("b", "09:30", 1)]),
      "2026-11-23 07:00 to 09:30 UTC, load 0.2 to 1 in the minute before a part",
    );
    equal(
      whenOf([at("a", "07:00")]),
      "2026-11-23 07:00 UTC, load 0 to 0 in the minute before a part",
    );
  });
});
