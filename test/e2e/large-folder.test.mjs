// A folder of 100,000 entries: its first screen, the way through it, and how it scrolls. The times are
// printed and not judged, since machines are noisy; that only a few rows are in the page is.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstBrowser } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";

const COUNT = 100_000;
const FIRST_SCREEN_MS = 150;
const LONG_FRAME_MS = 33;

for (const browser of firstBrowser) {
  describe(`a folder of 100,000 entries in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("is shown, walked through, scrolled and searched with few rows in the page", async (test) => {
      await withDemo(async (demo) => {
        await demo.call("makeMany", "/many", COUNT);
        await demo.reload();
        await demo.untilNames(["many"]);

        const shownAfter = await demo.page.evaluate(openAndWait);
        test.diagnostic(
          `first screen after ${shownAfter.toFixed(0)} ms; wanted ${FIRST_SCREEN_MS}`,
        );
        const isRead = () => document.querySelector(".file-grid").ariaBusy === "false";
        await demo.page.waitForFunction(isRead, { timeout: 120_000 });
        assert.match((await demo.texts(".files-count"))[0], /^100,000 items$/);

        const gaps = await demo.page.evaluate(scrollDown, 2000);
        const long = gaps.filter((gap) => gap > LONG_FRAME_MS).length;
        test.diagnostic(
          `scrolling: ${gaps.length} frames in 2 s, ${((100 * long) / gaps.length).toFixed(1)} % over ` +
            `${LONG_FRAME_MS} ms, the longest ${Math.max(...gaps).toFixed(0)} ms`,
        );

        await demo.page.focus(".file-grid");
        await demo.page.keyboard.press("End");
        await demo.page.waitForSelector('[data-name="n099999"].is-active');
        await demo.page.keyboard.press("PageUp");
        await demo.page.waitForSelector('.is-active:not([data-name="n099999"])');
        const names = await demo.names();
        assert.ok(names.length < 100, `${names.length} rows are in the page`);

        await demo.page.evaluate(() => window.tinypondDemo.pond.root.remove("/many/n099998"));
        await demo.page.waitForFunction(() => {
          return document.querySelector(".files-count").textContent.startsWith("99,999 items");
        });
        await demo.page.type("#search", "n09999*");
        await demo.page.waitForFunction(
          () => document.querySelectorAll("tp-file-grid .row").length === 9,
          { timeout: 60_000 },
        );
      });
    });
  });
}

/** Opens the folder, and says after how many milliseconds its first rows were painted. */
function openAndWait() {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    document.querySelector('[data-name="many"] .name').click();
    const look = () => {
      const isThere = document.querySelector('[data-name="n000005"]') !== null;
      requestAnimationFrame(isThere ? () => resolve(performance.now() - startedAt) : look);
    };
    look();
  });
}

/** Scrolls for some time, and gives the times between frames. */
function scrollDown(milliseconds) {
  return new Promise((resolve) => {
    const grid = document.querySelector(".file-grid");
    const gaps = [];
    const startedAt = performance.now();
    let last = startedAt;
    const step = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      grid.scrollTop += 300;
      if (now - startedAt < milliseconds) requestAnimationFrame(step);
      else resolve(gaps);
    };
    requestAnimationFrame(step);
  });
}
