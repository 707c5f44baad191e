// Several ponds: making, opening and deleting them, and where they are kept.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

for (const browser of wantedBrowsers) {
  describe(`ponds in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("are made, opened and told apart, after a reload too", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/of-demo.txt"]);
        await makePond(demo, "second", "indexeddb");
        await demo.untilNames([]);
        await demo.call("make", ["/of-second.txt"]);
        await demo.untilNames(["of-second.txt"]);

        await demo.reload();

        await demo.untilNames(["of-second.txt"]);
        await demo.page.waitForFunction(() =>
          /browser's database/.test(document.querySelector("#storage-figures").textContent),
        );
        await demo.page.click("#ponds");
        await (await demo.page.waitForSelector('[aria-label="Open the pond demo"]')).click();
        await demo.untilNames(["of-demo.txt"]);
      });
    });

    it("can be kept in memory", async () => {
      await withDemo(async (demo) => {
        await makePond(demo, "passing", "memory");

        await demo.page.waitForFunction(() =>
          /in memory only/.test(document.querySelector("#storage-figures").textContent),
        );
        await demo.call("make", ["/a.txt"]);
        await demo.untilNames(["a.txt"]);
      });
    });

    it("are deleted with history and bytes, after a question", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("flights-200k.arrow")]);
        await demo.page.click("#ponds");

        await (await demo.page.waitForSelector('[aria-label="Delete the pond demo"]')).click();
        await demo.page.click("dialog .danger");

        await demo.untilNames([]);
        assert.deepEqual(await demo.call("storedFiles"), []);
      });
    });
  });
}

async function makePond(demo, name, mode) {
  await demo.page.click("#ponds");
  await demo.page.waitForSelector("[name=pond-name]");
  await demo.page.type("[name=pond-name]", name);
  await demo.page.select("[name=pond-storage]", mode);
  await demo.page.click(".ponds .primary");
  await demo.page.waitForFunction(
    (wanted) => window.tinypondDemo.pond.name === wanted,
    { timeout: 30_000 },
    name,
  );
}
