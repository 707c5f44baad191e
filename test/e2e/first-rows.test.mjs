// How long it takes from the drop of a large file to its first rows, against the import by itself.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser, untilRowsAreRead } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

for (const browser of wantedBrowsers) {
  describe(`the first rows of an import in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("are on the screen soon after it", async (test) => {
      await withDemo(async (demo) => {
        const start = performance.now();
        await demo.importFiles([dataFile("flights-3m.parquet")]);
        const imported = performance.now() - start;
        await demo.page.evaluate(() => {
          location.hash = "#path=/flights-3m.parquet";
        });
        await untilRowsAreRead(demo.page);
        const shown = performance.now() - start;

        const ratio = (shown / imported).toFixed(2);
        test.diagnostic(
          `13 MB are in after ${Math.round(imported)} ms, and shown after ${Math.round(shown)} ms: ${ratio} x`,
        );
        assert.ok(shown > imported);
      });
    });
  });
}
