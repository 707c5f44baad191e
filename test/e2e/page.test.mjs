// The page itself: what it shows, what it asks before it deletes, how it is used without a mouse and
// on a phone, and what it loads to begin with.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

const WEATHER = dataFile("seattle-weather.csv");

for (const browser of wantedBrowsers) {
  describe(`the page in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("shows a dataset's columns and its first 50 rows", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("flights-3m.parquet")]);

        const { schema, rows } = await demo.preview("flights-3m.parquet");

        assert.deepEqual(
          schema.map(([name, type, nullable]) => [name, type, nullable]),
          [
            ["date", "Timestamp<MICROSECOND>", "yes"],
            ["delay", "Int64", "yes"],
            ["distance", "Int64", "yes"],
            ["origin", "LargeUtf8", "yes"],
            ["destination", "LargeUtf8", "yes"],
          ],
        );
        assert.equal(rows.length, 50);
        assert.deepEqual(rows[0], FIRST_FLIGHT);
      });
    });

    it("shows nulls and dates for what they are", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("birdstrikes.csv")]);

        const { rows } = await demo.preview("birdstrikes.parquet");

        assert.equal(rows[0][3], "1990-01-08");
        assert.ok(rows.some((row) => row.at(-1) === "null"));
      });
    });

    it("shows what writers of Arrow can put into a column", async () => {
      await withDemo(async (demo) => {
        await demo.call("writeAllKinds", "/kinds.parquet");
        await demo.reload();

        const { rows } = await demo.preview("kinds.parquet");

        assert.deepEqual(rows, [
          ["9007199254740993", "2001-02-03 04:05:06.789012", "-12.34", "2001-02-03", "true"],
          ["null", "null", "null", "null", "null"],
        ]);
      });
    });

    it("asks before it deletes, and keeps what is kept", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        const isOpen = () => demo.page.$eval("#confirm", (dialog) => dialog.open);

        await demo.page.click('[aria-label="Delete seattle-weather.parquet"]');
        await demo.page.keyboard.press("Escape");

        assert.equal(await isOpen(), false);
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet"]);

        await demo.page.click('[aria-label="Delete seattle-weather.parquet"]');
        await demo.page.click("#confirm .danger");

        await demo.page.waitForSelector("#datasets > p");
        await demo.reload();
        assert.deepEqual(await demo.names(), []);
      });
    });

    it("brings a deleted dataset back", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        await demo.page.click('[aria-label="Delete seattle-weather.parquet"]');
        await demo.page.click("#confirm .danger");
        await demo.untilNames([]);

        await demo.page.click(".notice.done button");

        await demo.untilNames(["seattle-weather.parquet"]);
        assert.equal((await demo.preview("seattle-weather.parquet")).rows.length, 50);
      });
    });

    it("deletes everything, history and bytes too", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("flights-200k.arrow")]);
        const [, everything] = await demo.page.$$("#storage button");

        await everything.click();
        const reloaded = demo.page.waitForNavigation();
        await demo.page.click("#confirm .danger");
        await reloaded;

        await demo.untilReady();
        assert.deepEqual(await demo.names(), []);
        assert.deepEqual(await demo.call("storedFiles"), []);
      });
    });

    it("can be used with the keyboard alone", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);
        const { keyboard } = demo.page;
        const focused = () =>
          demo.page.evaluate(
            () => document.activeElement.dataset.focusKey ?? document.activeElement.id,
          );

        await tabTo(demo.page, focused, "open seattle-weather.parquet");
        await keyboard.press("Enter");
        await demo.page.waitForSelector("#preview:not([hidden]) table.data");
        assert.equal(await focused(), "preview-heading");

        await keyboard.press("Tab");
        await keyboard.press("Enter");
        assert.equal(await focused(), "open seattle-weather.parquet");

        await keyboard.press("Tab");
        await keyboard.press("Enter");
        await demo.page.waitForSelector("#confirm[open]");
        await keyboard.press("Enter");
        await demo.page.waitForSelector("#confirm:not([open])");
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet"]);
      });
    });

    it("sorts the list by any column", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER, dataFile("birdstrikes.csv")]);
        const byRows = '[data-focus-key="sort rowCount"]';

        await demo.page.click(byRows);
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet", "birdstrikes.parquet"]);

        await demo.page.click(byRows);
        assert.deepEqual(await demo.names(), ["birdstrikes.parquet", "seattle-weather.parquet"]);
      });
    });

    it("says how much is stored and where", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([WEATHER]);

        const [line] = await demo.texts("#storage-figures");

        assert.match(
          line,
          /^1 file, [\d.]+ kB, in the browser's private file system; there is room for [\d.,]+ [GT]B\.$/,
        );
      });
    });

    it("asks the browser for protection, and tells its answer", async () => {
      await withDemo(async (demo) => {
        await demo.page.click("#protect");

        await demo.page.waitForFunction(() =>
          /Protected|did not agree|Waiting/.test(document.querySelector("#storage").textContent),
        );
      });
    });

    it("says in words that the browser refuses to store", async () => {
      await withDemo(async (demo) => {
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
          /Could not open the pond: .* Private windows/,
        );
      });
    });

    it("loads neither Arrow nor Parquet before they are needed", async () => {
      await withDemo(async (demo) => {
        const loaded = await demo.page.evaluate(() =>
          performance.getEntriesByType("resource").map(({ name }) => name.split("/").at(-1)),
        );

        assert.deepEqual(
          loaded.filter((name) => /wasm|arrow|parquet|preview/i.test(name)),
          [],
        );
      });
    });

    it("fits a phone of 360 pixels", async () => {
      await withDemo(async (demo) => {
        await demo.page.setViewport({ width: 360, height: 740 });
        await demo.importFiles([dataFile("birdstrikes.csv")]);
        await demo.preview("birdstrikes.parquet");

        const width = await demo.page.evaluate(() => document.documentElement.scrollWidth);

        assert.ok(width <= 360, `the page is ${width} pixels wide`);
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
