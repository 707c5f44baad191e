// Pictures of the page for people to look at, in .artifacts/: light, dark and on a phone.
import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740, deviceScaleFactor: 2 };

describe("screenshots", { skip: noChromium() }, () => {
  const { withDemo } = suiteBrowser("chromium");

  it("are taken in light and dark, wide and narrow", async () => {
    await withDemo(async (demo) => {
      await setScheme(demo, "light");
      await take(demo, "empty-light", WIDE);
      await demo.importFiles(
        ["flights-3m.parquet", "flights-200k.arrow", "birdstrikes.csv"].map(dataFile),
      );
      await demo.importFiles(
        [fileURLToPath(new URL("./demo-server.mjs", import.meta.url))],
        "failed",
      );
      await take(demo, "imported-light", WIDE);
      await take(demo, "imported-phone", PHONE);

      await demo.reload();
      await demo.preview("flights-3m.parquet");
      await take(demo, "preview-light", WIDE);
      await setScheme(demo, "dark");
      await take(demo, "preview-dark", WIDE);
      await take(demo, "preview-phone-dark", PHONE);

      await demo.page.setViewport(WIDE);
      await demo.page.click('[aria-label="Delete birdstrikes.parquet"]');
      await take(demo, "confirm-dark", WIDE, false);
    });
  });
});

async function take({ page }, name, viewport, fullPage = true) {
  const path = fileURLToPath(new URL(`../../.artifacts/${name}.png`, import.meta.url));
  await mkdir(dirname(path), { recursive: true });
  await page.setViewport(viewport);
  await page.screenshot({ path, fullPage });
  assert.ok((await stat(path)).size > 0);
}

function setScheme({ page }, value) {
  return page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
}

function noChromium() {
  return wantedBrowsers.includes("chromium") ? false : "Chromium alone emulates colour schemes";
}
