import { deepEqual, match } from "node:assert/strict";
import { describe, it } from "node:test";
import { hotSpots, printProfiles } from "../../bench/results/hot-spots.mjs";

const node = (id, functionName, url = "") => ({ id, callFrame: { functionName, url } });

const PROFILE = {
  nodes: [
    node(1, "(idle)"),
    node(2, "(garbage collector)"),
    node(3, "seal", "http://localhost/assets/core-AbCd1234.js"),
    node(4, "", "http://localhost/assets/core-AbCd1234.js"),
    node(5, "seal", "http://localhost/assets/core-AbCd1234.js"),
  ],
  samples: [3, 1, 2, 5, 4, 3],
  timeDeltas: [100, 1000, 5000, 2000, 3000, 500],
};

describe("hotSpots()", () => {
  it("adds up the time of each function until the next sample, and leaves idling out", () => {
    const { busyMs, spots } = hotSpots(PROFILE);

    deepEqual(spots, [
      { name: "seal core", ms: 4 },
      { name: "(garbage collector)", ms: 2 },
      { name: "(a function) core", ms: 0.5 },
    ]);
    deepEqual(busyMs, 6.5);
  });
});

describe("printProfiles()", () => {
  it("has a table for each thread, no longer than is asked for", () => {
    const text = printProfiles("small-files", [{ thread: "page", profile: PROFILE }], 1);

    match(text, /^small-files, page: 7 ms of work\nms +in itself\n4\.0 +seal core$/);
  });
});
