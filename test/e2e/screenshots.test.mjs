// Pictures of the page for people to look at, in .artifacts/: light, dark and on a phone.
import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740, deviceScaleFactor: 2 };
const TABS = ["history", "storage", "console"];

describe("screenshots", { skip: noChromium() }, () => {
  const { withDemo } = suiteBrowser("chromium");

  it("are taken in light and dark, wide and narrow", async () => {
    await withDemo(async (demo) => {
      await setScheme(demo, "light");
      await take(demo, "empty-light", WIDE);
      await demo.call("make", ["/notes/", "/notes/2026/", "/notes/2026/plan.md", "/notes/a.md"]);
      await demo.importFiles(
        ["flights-3m.parquet", "flights-200k.arrow", "birdstrikes.csv"].map(dataFile),
      );
      await take(demo, "imported-light", WIDE);
      await take(demo, "imported-phone", PHONE);

      await demo.reload();
      await demo.select("birdstrikes.parquet");
      await take(demo, "selected-light", WIDE);
      await demo.page.click("#delete");
      await demo.page.waitForSelector("dialog[open]");
      await take(demo, "confirm-light", WIDE);
      await demo.page.keyboard.press("Escape");
      await demo.openDataset("flights-3m.parquet");
      await take(demo, "dataset-light", WIDE);
      await setScheme(demo, "dark");
      await take(demo, "dataset-dark", WIDE);
      await take(demo, "dataset-phone-dark", PHONE);
      for (const tab of TABS) {
        await demo.page.click(`#tab-${tab}`);
        await demo.page.waitForSelector(`.panel-${tab} *`);
        await take(demo, `${tab}-dark`, WIDE);
        await take(demo, `${tab}-phone-dark`, PHONE);
      }
    });
  });
});

async function take({ page }, name, viewport) {
  const path = fileURLToPath(new URL(`../../.artifacts/${name}.png`, import.meta.url));
  await mkdir(dirname(path), { recursive: true });
  await page.setViewport(viewport);
  await page.screenshot({ path });
  assert.ok((await stat(path)).size > 0);
}

function setScheme({ page }, value) {
  return page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
}

function noChromium() {
  return wantedBrowsers.includes("chromium") ? false : "Chromium alone emulates colour schemes";
}
