// Stepping back in time: the whole explorer shows the pond as of then, and changes nothing.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser, untilDeep } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

for (const browser of wantedBrowsers) {
  describe(`the past in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("is stepped into from the timeline, kept over a reload, and left again", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/a.txt"]);
        await demo.call("make", ["/b.txt"]);
        await demo.page.evaluate(() => window.tinypondDemo.pond.root.remove("/a.txt"));

        await demo.page.click("#tab-history");
        await stepBackTo(demo, 2);
        await demo.page.waitForSelector(".time-banner");
        await demo.page.click("#tab-files");
        await demo.untilNames(["a.txt", "b.txt"]);
        await demo.select("a.txt");
        assert.equal(await demo.page.$("#delete"), null, "nothing is offered that changes");

        await demo.reload();
        await demo.untilNames(["a.txt", "b.txt"]);
        assert.match((await demo.texts(".time-banner"))[0], /as of\s+commit 2/);
        await demo.page.click("#back-to-now");
        await demo.untilNames(["b.txt"]);
        await demo.page.evaluate(() => history.back());
        await demo.untilNames(["a.txt", "b.txt"]);
      });
    });

    it("takes in no files, and says so", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("seattle-weather.csv")]);
        await demo.page.evaluate(() => {
          location.hash = "#at=0";
        });
        await demo.untilNames([]);

        await demo.page.evaluate(() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["x"], "x.txt"));
          const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector("h1").dispatchEvent(drop);
        });

        await demo.page.waitForSelector(".notice.info");
        assert.match((await demo.texts(".notice"))[0], /The past cannot be changed/);
        await demo.page.click("#back-to-now");
        await demo.untilNames(["seattle-weather.parquet"]);
      });
    });

    it("has a console beside it, which is over the same pond", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/a.txt"]);
        await demo.page.click("#tab-console");
        await demo.page.waitForSelector(".console textarea");
        await demo.page.focus(".console textarea");

        await demo.page.keyboard.type("mkdir /from-the-console\n");

        await demo.page.click("#tab-files");
        await demo.untilNames(["a.txt", "from-the-console"]);
      });
    });
  });
}

/** Presses “Step back to here” at a commit; the newest stands first. */
async function stepBackTo(demo, seq) {
  await untilDeep(demo.page, "tp-history >>> button");
  await demo.page.waitForFunction(
    (wanted) => {
      const all = (root) =>
        [...root.querySelectorAll("*")].flatMap((one) => [
          one,
          ...(one.shadowRoot ? all(one.shadowRoot) : []),
        ]);
      const buttons = all(document.querySelector("tp-history").shadowRoot).filter(
        (one) => one.localName === "button" && /Step back/.test(one.textContent),
      );
      const found = buttons.at(-wanted);
      found?.click();
      return found !== undefined;
    },
    { timeout: 30_000, polling: 200 },
    seq,
  );
}
