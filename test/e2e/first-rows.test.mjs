// How long it takes from the drop of a large file to its first rows, against the import by itself.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

for (const browser of wantedBrowsers) {
  describe(`the first rows of an import in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("are on the screen soon after it", async (test) => {
      await withDemo(async (demo) => {
        const timing = demo.page.evaluate(timeFirstRows, "/flights-3m.parquet");
        await demo.chooseFiles([dataFile("flights-3m.parquet")]);

        const { imported, shown } = await timing;

        const ratio = (shown / imported).toFixed(2);
        test.diagnostic(
          `13 MB are in after ${Math.round(imported)} ms, and shown after ${Math.round(shown)} ms: ${ratio} x`,
        );
        assert.ok(shown > imported);
      });
    });
  });
}

/**
 * Goes to a dataset as soon as its import has ended, and looks every few milliseconds whether it shows values:
 * from within the page, since asking from outside would take longer than what is measured.
 */
async function timeFirstRows(path) {
  const within = (parts) =>
    parts.reduce((root, part) => root?.querySelector(part)?.shadowRoot, document);
  const firstCell = () =>
    within(["tp-dataset", "tp-rows", "tp-data-grid"])?.querySelector(
      ".rows .row:not([hidden]) [role=gridcell]",
    );
  const until = async (isSo) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const input = document.querySelector("#file-input");
  await new Promise((resolve) => {
    input.addEventListener("change", resolve, { capture: true, once: true });
  });
  const start = performance.now();
  await until(() => document.querySelector('.import[data-state="done"]') !== null);
  const imported = performance.now() - start;
  location.hash = `#path=${path}`;
  await until(() => (firstCell()?.textContent ?? "") !== "");
  return { imported, shown: performance.now() - start };
}
