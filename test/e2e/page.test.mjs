// The page itself: what it shows, what it asks before it deletes, how it is used without a mouse and
// on a phone, and what it loads to begin with.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser, untilRowsAreRead } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

const WEATHER = dataFile("seattle-weather.csv");

for (const browser of wantedBrowsers) {
  describe(`the page in ${browser}`, () => {
    const { openDemo, withDemo } = suiteBrowser(browser);

    it("shows a dataset's columns and its first rows", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("flights-3m.parquet")]);

        const { columns, rows } = await demo.openDataset("flights-3m.parquet");

        assert.deepEqual(columns, [
          "date Timestamp<MICROSECOND>",
          "delay Int64",
          "distance Int64",
          "origin LargeUtf8",
          "destination LargeUtf8",
        ]);
        assert.deepEqual(rows[0], FIRST_FLIGHT);
      });
    });

    it("shows what writers of Arrow can put into a column", async () => {
      await withDemo(async (demo) => {
        await demo.call("writeAllKinds", "/kinds.parquet");
        await demo.untilNames(["kinds.parquet"]);

        const { rows } = await demo.openDataset("kinds.parquet");

        assert.deepEqual(rows, [
          ["9007199254740993", "2001-02-03 04:05:06.789012", "-12.34", "2001-02-03", "true"],
          ["null", "null", "null", "null", "null"],
        ]);
      });
    });

    it("asks before it deletes, and keeps what is kept", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        await demo.select("seattle-weather.parquet");

        await demo.page.click("#delete");
        await demo.page.waitForSelector("dialog[open]");
        await demo.page.keyboard.press("Escape");

        assert.equal(await demo.page.$("dialog[open]"), null);
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet"]);

        await demo.page.click("#delete");
        await demo.answer();

        await demo.untilNames([]);
        await demo.reload();
        await demo.untilNames([]);
      });
    });

    it("brings a deleted dataset back", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        await demo.select("seattle-weather.parquet");
        await demo.page.click("#delete");
        await demo.answer();
        await demo.untilNames([]);

        await demo.page.click(".notice.done .notice-action");

        await demo.untilNames(["seattle-weather.parquet"]);
        const { rows } = await demo.openDataset("seattle-weather.parquet");
        assert.equal(rows[0][0], "2012-01-01");
      });
    });

    it("can be used with the keyboard alone", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        const { keyboard } = demo.page;
        const focused = () => demo.page.evaluate(() => document.activeElement.className);

        await tabTo(demo.page, focused, "file-grid");
        await keyboard.press("Enter");
        await untilRowsAreRead(demo.page);
        await demo.page.evaluate(() => history.back());
        await demo.untilNames(["seattle-weather.parquet"]);

        await tabTo(demo.page, focused, "file-grid");
        await keyboard.press("Delete");
        await demo.page.waitForSelector("dialog[open]");
        await keyboard.press("Enter"); // "Keep it" has the focus
        await demo.page.waitForFunction(() => document.querySelector("dialog") === null);
        assert.equal(await focused(), "file-grid");
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet"]);
      });
    });

    it("sorts the list by any column", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER, dataFile("birdstrikes.csv")]);

        await demo.page.click('[data-sort="rowCount"]');
        await demo.page.waitForSelector('[aria-sort="ascending"] [data-sort="rowCount"]');
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet", "birdstrikes.parquet"]);

        await demo.page.click('[data-sort="rowCount"]');
        await demo.page.waitForSelector('[aria-sort="descending"] [data-sort="rowCount"]');
        assert.deepEqual(await demo.names(), ["birdstrikes.parquet", "seattle-weather.parquet"]);
      });
    });

    it("says how much is stored and where", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        await demo.page.waitForFunction(() =>
          document.querySelector("#storage-figures").textContent.startsWith("1 file"),
        );

        const [line] = await demo.texts("#storage-figures");

        assert.match(
          line,
          /^1 file, [\d.]+ kB, in the browser's private file system; there is room for [\d.,]+ [GT]B\.$/,
        );
      });
    });

    it("asks the browser for protection, and tells its answer", async () => {
      await withDemo(async (demo) => {
        await demo.page.waitForSelector("#protect");
        await demo.page.click("#protect");

        await demo.page.waitForFunction(() =>
          /Protected|did not agree/.test(document.querySelector("tp-app").textContent),
        );
      });
    });

    it("says in words that the browser refuses to store", async () => {
      const demo = await openDemo();
      await demo.page.evaluateOnNewDocument(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException("The operation is insecure.", "SecurityError");
        };
      });

      await demo.page.reload();

      await demo.page.waitForSelector(".notice");
      assert.deepEqual(await demo.texts(".notice-code"), ["STORAGE_UNAVAILABLE"]);
      assert.match(
        (await demo.texts(".notice"))[0],
        /Could not open the pond: .* Private windows/s,
      );
      await demo.page.close();
    });

    it("says in words that a bookmark leads nowhere, and goes where there is something", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/a.txt"]);

        await demo.goTo("/no/such/thing");

        await demo.page.waitForSelector(".notice.error");
        const titles = await demo.texts(".notice-title");
        assert.equal(titles.length, 1);
        assert.match(titles[0], /Could not open “\/no\/such\/thing”/);
        await demo.untilNames(["a.txt"]);
      });
    });

    it("loads neither Arrow nor Parquet nor a view before they are needed", async () => {
      await withDemo(async (demo) => {
        const loaded = await demo.page.evaluate(() =>
          performance.getEntriesByType("resource").map(({ name }) => name.split("/").at(-1)),
        );

        assert.deepEqual(
          loaded.filter((name) => /wasm|arrow|parquet|dataset|xterm|terminal|zip/i.test(name)),
          [],
        );
      });
    });

    it("does not move what is there while it starts", {
      skip: browser !== "chromium",
    }, async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        await demo.page.evaluateOnNewDocument(() => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            window.shifts.push(...list.getEntries().map(({ value }) => value));
          }).observe({ type: "layout-shift", buffered: true });
        });

        await demo.reload();
        await demo.untilNames(["seattle-weather.parquet"]);

        const sum = await demo.page.evaluate(() =>
          window.shifts.reduce((all, one) => all + one, 0),
        );
        assert.ok(sum < 0.02, `a layout shift of ${sum}`);
      });
    });

    it("fits a phone of 360 pixels", async () => {
      await withDemo(async (demo) => {
        await demo.page.setViewport({ width: 360, height: 740 });
        await demo.importFiles([dataFile("birdstrikes.csv")]);
        const width = () => demo.page.evaluate(() => document.documentElement.scrollWidth);

        assert.ok((await width()) <= 360, `the list is ${await width()} pixels wide`);
        await demo.openDataset("birdstrikes.parquet");
        assert.ok((await width()) <= 360, `a dataset is ${await width()} pixels wide`);
      });
    });
  });
}

const FIRST_FLIGHT = ["2001-01-01 00:01:00", "33", "2176", "LAS", "PHL"];

async function tabTo(page, focused, wanted) {
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await focused()) === wanted) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`No "${wanted}" within 30 presses of Tab`);
}
