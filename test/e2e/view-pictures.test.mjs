// Pictures of the views for people to look at, in .artifacts/views/: light, dark and on a phone.
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { viewBrowser } from "./view-driver.mjs";

const WIDE = { width: 1200, height: 850 };
const PHONE = { width: 360, height: 740, deviceScaleFactor: 2 };
const CELLS = ".rows .row:not([hidden]):not(.unread) [role=gridcell]";

const skip = wantedBrowsers.includes("chromium") ? false : "Chromium alone emulates colour schemes";

describe("pictures of the views", { skip }, () => {
  const withViews = viewBrowser("chromium");

  it("are taken in light and dark, wide and narrow", async () => {
    await withViews(async (views) => {
      await views.importFlights("/flights.parquet");
      await views.page.evaluate(async () => {
        await harness.writeSeries("/obs.series", 6, 5000);
        await harness.appendRows("/obs.series", 40_000, 3000);
        await harness.pond.root.createDir("/notes");
        await harness.pond.root.writeFile("/notes/a.md", "# Stations");
        await harness.pond.root.writeFile("/notes/a.md", "# Stations, again");
        await harness.pond.tag("before the clean-up", 3);
      });

      await views.mount("tp-dataset", { path: "/flights.parquet" });
      await views.until(CELLS, "2001-01-01");
      await views.click("button", "Filter");
      await views.click("#add");
      await views.enter("select[aria-label=Comparison]", "is at least");
      await views.enter("input[aria-label=Value]", "2001-06-27");
      await views.click("button[type=submit]", "Apply");
      await views.until(".status", "match of 3,000,000");
      await pictures(views, "rows");

      for (const [tab, words] of [
        ["Schema", "LargeUtf8"],
        ["Columns", "all others"],
        ["Layout", "row groups"],
        ["Chart", "of all 3,000,000 rows"],
      ]) {
        await views.click("[role=tab]", tab);
        await views.until("td, li, p", words, 60_000);
        await pictures(views, tab.toLowerCase());
      }
      await views.mount("tp-dataset", { path: "/obs.series" });
      await views.until("[role=tab]", "Layout");
      await views.click("[role=tab]", "Layout");
      await views.until("p", "7 segments");
      await pictures(views, "layout-series");

      await views.mount("tp-history");
      await views.until(".title", "obs.series");
      await views.clickIn("li:nth-child(3) > tp-commit", "Changes");
      await views.clickIn("li:nth-child(1) > tp-commit", "Compare");
      await views.clickIn("li:nth-child(9) > tp-commit", "Compare");
      await views.until("td", "+");
      await pictures(views, "history");

      await views.mount("tp-storage");
      await views.until("strong", "MB");
      await views.enter("select", "versions");
      await views.clickIn("tp-vacuum", "Look first");
      await views.clickIn("tp-gc", "Collect");
      await views.clickIn("tp-check", "Check");
      await views.until("[role=status]", "No faults");
      await views.until("[role=status]", "left over");
      await views.until("[role=status]", "dropped");
      await pictures(views, "storage");
    });
  });
});

async function pictures(views, name) {
  for (const scheme of ["light", "dark"]) {
    await views.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await views.page.setViewport(WIDE);
    await settled(views);
    await views.picture(`${name}-${scheme}`);
  }
  await views.page.setViewport(PHONE);
  await settled(views);
  await views.picture(`${name}-phone`);
  await views.page.setViewport(WIDE);
  await views.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
}

/** Two frames, in which what follows the size is drawn. */
function settled(views) {
  return views.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}
