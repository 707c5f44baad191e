// What axe-core finds: nothing serious, in light and dark, wide and narrow.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const TABS = ["history", "storage", "console"];

describe("accessibility", { skip: noChromium() }, () => {
  const { openDemo, withDemo } = suiteBrowser("chromium");

  for (const scheme of ["light", "dark"]) {
    it(`has nothing serious against it in ${scheme}`, async () => {
      await withDemo(async (demo) => {
        await demo.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        assert.deepEqual(await findings(demo), [], "empty");
        await demo.call("make", ["/dir/", "/dir/a.txt", "/b.txt"]);
        await demo.importFiles([dataFile("birdstrikes.csv")]);
        await demo.select("b.txt");
        assert.deepEqual(await findings(demo), [], "files, one selected");
        await demo.page.click("#delete");
        await demo.page.waitForSelector("dialog[open]");
        assert.deepEqual(await findings(demo), [], "a question");
        await demo.answer();
        await demo.page.waitForSelector(".notice.done");
        assert.deepEqual(await findings(demo), [], "a message");
        await demo.page.click("#ponds");
        await demo.page.waitForSelector("[name=pond-name]");
        assert.deepEqual(await findings(demo), [], "the ponds");
        await demo.page.keyboard.press("Escape");
        await demo.openDataset("birdstrikes.parquet");
        assert.deepEqual(await findings(demo), [], "a dataset");
        await demo.page.setViewport({ width: 360, height: 740 });
        assert.deepEqual(await findings(demo), [], "on a phone");
      });
    });
  }

  it("has nothing serious against it in the other tabs, and in the past", async () => {
    const demo = await openDemo();
    await demo.call("make", ["/a.txt"]);
    await demo.call("make", ["/b.txt"]);
    for (const tab of TABS) {
      const found = await demo.page.$(`#tab-${tab}`);
      await found.click();
      await demo.page.waitForSelector(`.panel-${tab}:not([hidden]) > *`);
      assert.deepEqual(await findings(demo), [], tab);
    }
    await demo.page.evaluate(() => {
      location.hash = "#at=1";
    });
    await demo.page.waitForSelector(".time-banner");
    await demo.untilNames(["a.txt"]);
    assert.deepEqual(await findings(demo), [], "the past");
    await demo.page.click("#back-to-now");
    await demo.untilNames(["a.txt", "b.txt"]);
    await demo.page.close();
  });
});

/** What is serious or critical, in words. */
async function findings({ page }) {
  await page.evaluate(`window.axe ?? (() => { ${axe} })()`);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
}

function noChromium() {
  return wantedBrowsers.includes("chromium") ? false : "one browser's tree is like the other's";
}
