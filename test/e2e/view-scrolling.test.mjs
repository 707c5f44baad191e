// Measures how evenly the grid scrolls over 3,000,000 rows. The figures are reported and not judged: a
// busy machine has others. The aim is at most 5 % of the frames over 33 ms.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstBrowser } from "./browser-profile.mjs";
import { viewBrowser } from "./view-driver.mjs";

const READ = ".rows .row:not([hidden]):not(.unread) .row-number";

for (const browser of firstBrowser) {
  describe(`scrolling 3,000,000 rows in ${browser}`, () => {
    const withViews = viewBrowser(browser);

    it("is measured by the gaps between frames", async (test) => {
      await withViews(async (views) => {
        await views.importFlights("/flights.parquet");
        await views.mount("tp-dataset", { path: "/flights.parquet" });
        await views.until(READ, "1");

        const rest = await views.page.evaluate(scrollFor, 2000, "rest");
        const steps = await views.page.evaluate(scrollFor, 4000, "step");
        const drags = await views.page.evaluate(scrollFor, 4000, "drag");

        for (const [how, { frames, late, longest, perSecond }] of Object.entries({
          rest,
          steps,
          drags,
        })) {
          const share = ((100 * late) / frames).toFixed(1);
          test.diagnostic(
            `${how}: ${perSecond.toFixed(1)} frames/s, ${share} % over 33 ms, longest ${longest.toFixed(0)} ms`,
          );
        }
        assert.ok(steps.rowsSeen > 100, "rows go by");
        assert.ok(drags.rowsSeen > 100_000, "the scrollbar leads far");
      });
    });
  });
}

/**
 * Scrolls in small steps, as a wheel does, or far, as a scrollbar that is dragged; or rests, which tells what
 * the machine itself allows.
 */
async function scrollFor(milliseconds, how) {
  const grid = harness.element("[role=grid]");
  const height = grid.scrollHeight - grid.clientHeight;
  const gaps = [];
  const rows = () => harness.all(".rows .row:not([hidden]) .row-number").map(Number);
  grid.scrollTop = 0;
  const first = Math.min(...rows());
  const begun = performance.now();
  let last = begun;
  let now = begun;
  while (now - begun < milliseconds) {
    now = await new Promise((resolve) => requestAnimationFrame(resolve));
    gaps.push(now - last);
    last = now;
    const share = (now - begun) / milliseconds;
    if (how === "step") grid.scrollTop += 120;
    else if (how === "drag") grid.scrollTop = share * height * 0.5;
  }
  return {
    frames: gaps.length,
    late: gaps.filter((gap) => gap > 33.4).length,
    longest: Math.max(...gaps),
    perSecond: (1000 * gaps.length) / (now - begun),
    rowsSeen: Math.max(...rows()) - first,
  };
}
