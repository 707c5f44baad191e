// After its first load the page opens without its server, and reads what it has stored.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BrowserProfile, wantedBrowsers } from "./browser-profile.mjs";
import { untilRowsAreRead } from "./demo-driver.mjs";
import { serveDemo } from "./demo-server.mjs";
import { dataFile } from "./expected.mjs";

for (const browser of wantedBrowsers) {
  describe(`offline in ${browser}`, () => {
    const profile = new BrowserProfile(browser);
    before(() => profile.start());
    after(() => profile.close());

    it("opens, and shows a table that was imported, below any path", async () => {
      const server = await serveDemo("/some/where/");
      const page = await profile.newPage();
      await page.goto(server.url);
      await page.waitForSelector("html[data-ready]");
      await (await page.$("#file-input")).uploadFile(dataFile("flights-200k.arrow"));
      await page.waitForFunction(async () => {
        const { root } = window.tinypondDemo.pond;
        return root.exists("/flights-200k.parquet");
      });
      await page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.ready;
        if (active.state === "activated") return;
        await new Promise((resolve) => active.addEventListener("statechange", resolve));
      });
      server.close();

      await page.reload();

      await page.waitForSelector("html[data-ready]");
      await page.goto(`${server.url}#path=/flights-200k.parquet`);
      await untilRowsAreRead(page);
      const rows = await page.evaluate(async () => {
        const table = await window.tinypondDemo.pond.root.readTable("/flights-200k.parquet");
        return table.numRows;
      });
      assert.equal(rows, 200_000);
    });
  });
}
