// What axe-core finds in the views, light and dark: nothing serious.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { viewBrowser } from "./view-driver.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const skip = wantedBrowsers.includes("chromium") ? false : "Chromium alone emulates colour schemes";

describe("the views, as axe-core sees them", { skip }, () => {
  const withViews = viewBrowser("chromium");

  it("have no serious fault in light and dark, and fit a phone", async () => {
    await withViews(async (views) => {
      await views.page.evaluate(axe);
      await views.page.evaluate(() => harness.writeSeries("/obs.series", 3, 500));
      await views.page.evaluate(() => harness.pond.root.writeFile("/a.md", "# A").then(() => {}));
      await views.page.evaluate(() => harness.pond.tag("first").then(() => {}));

      await views.mount("tp-dataset", { path: "/obs.series" });
      await views.until("[role=gridcell]", "2024-01-01");
      await views.click("button", "Filter");
      await views.click("#add");
      await views.until("option", "is null");
      await assertSound(views, "rows");
      for (const tab of ["Schema", "Columns", "Layout", "Chart"]) {
        await views.click("[role=tab]", tab);
        await views.until("[role=tabpanel]", "");
        await views.until("[role=tab][aria-selected=true]", tab);
        await assertSound(views, tab);
      }
      await views.mount("tp-dataset", { path: "/a.md" });
      await views.until("pre", "# A");
      await assertSound(views, "file");
      await views.mount("tp-history");
      await views.until(".tag", "first");
      await views.clickIn("li:nth-child(1) > tp-commit", "Changes");
      await views.until("td", "added");
      await assertSound(views, "history");
      await views.mount("tp-storage");
      await views.until("li", "Live");
      await views.clickIn("tp-check", "Check");
      await views.until(".hint", "No faults");
      await assertSound(views, "storage");
    });
  });
});

async function assertSound(views, name) {
  for (const value of ["light", "dark"]) {
    await views.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    const faults = await views.page.evaluate(async () => {
      const { violations } = await window.axe.run("main");
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
        );
    });
    assert.deepEqual(faults, [], `${name}, ${value}`);
  }
  const { width, height } = views.page.viewport();
  await views.page.setViewport({ width: 360, height });
  const overflow = await views.page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(overflow <= 360, `${name} needs ${overflow} px and has 360`);
  await views.page.setViewport({ width, height });
}
