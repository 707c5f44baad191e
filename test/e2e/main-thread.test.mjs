// How long the page's main thread is blocked while a table of 100 MB is written. The figure is
// printed and not judged: the bench reports it against the limit, and machines are noisy.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";

const LIMIT_MS = 50;

describe("the main thread", { skip: noChromium() }, () => {
  const { withDemo } = suiteBrowser("chromium");

  it("is free while 100 MB are written", async (test) => {
    await withDemo(async (demo) => {
      const run = await demo.call("writeWhileWatching", "/large.parquet", 12);

      const { rowCount, ms, longTaskMs, timerGapMs, ticks } = run;
      test.diagnostic(
        `wrote ${(run.bytes / 1e6).toFixed(1)} MB in ${(ms / 1000).toFixed(2)} s; longest task ` +
          `${longTaskMs.toFixed(0)} ms (0: none above 50), longest gap of a 5 ms timer ` +
          `${timerGapMs.toFixed(1)} ms over ${ticks} ticks; the limit is ${LIMIT_MS} ms`,
      );
      assert.equal(rowCount, 12 * 131_072);
      assert.ok(run.bytes >= 100_000_000);
      assert.ok(ticks > 10, "the timer ran while the table was written");
      assert.ok(Number.isFinite(longTaskMs) && timerGapMs > 0);
    });
  });
});

function noChromium() {
  return wantedBrowsers.includes("chromium") ? false : "long tasks are seen in Chromium only";
}
