// The view of a table, a series or a file.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { viewBrowser } from "./view-driver.mjs";

const CELLS = ".rows .row:not([hidden]) [role=gridcell]";
const NUMBERS = ".rows .row:not([hidden]):not(.unread) .row-number";

for (const browser of wantedBrowsers) {
  describe(`the view of a dataset in ${browser}`, () => {
    const withViews = viewBrowser(browser);

    it("shows the rows on screen, from the first to the last", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        assert.equal(
          await views.until("[role=columnheader]", "time"),
          "time Timestamp<MICROSECOND>",
        );
        await views.until(CELLS, "2024-01-01 00:00:00");

        await views.focus("[role=grid]");
        await views.page.keyboard.down("Control");
        await views.page.keyboard.press("End");
        await views.page.keyboard.up("Control");

        await views.until(CELLS, "9007199254760992"); // exact, though no number is
        const shown = (await views.all(".rows .row:not([hidden]) .row-number")).length;
        assert.ok(shown < 60, `${shown} rows are in the page`);
        await views.page.keyboard.press("Home");
        assert.equal(await views.until(".value", "time:"), "time: 2024-01-01 05:33:19");
      });
    });

    it("stays where it is scrolled to while more becomes known of its rows", async () => {
      await withViews(async (views) => {
        await openSeries(views);

        await views.page.evaluate(async () => {
          const grid = harness.element("tp-data-grid");
          harness.element("[role=grid]").scrollTop = 1e6; // the event comes with the next frame
          grid.requestUpdate();
          await grid.updateComplete;
        });

        await views.until(NUMBERS, "20000");
      });
    });

    it("shows values of all kinds for what they are", async () => {
      await withViews(async (views) => {
        await views.page.setViewport({ width: 1800, height: 850 });
        await views.page.evaluate(() => harness.writeKinds("/kinds.parquet"));
        await views.mount("tp-dataset", { path: "/kinds.parquet" });

        await views.until(CELLS, "9007199254740993");
        await views.until(CELLS, "ä “quoted”");
        const cells = await views.all(CELLS);
        assert.deepEqual(cells.slice(0, 8), [
          "9007199254740993",
          "2001-02-03",
          "2001-02-03 04:05:06.789Z",
          "[1, 2, 3]",
          '{name: "a", at: 2001-02-03 04:05:06.789}',
          '{"x": 1}',
          "true",
          "ä “quoted”",
        ]);
        assert.deepEqual(cells.slice(8, 16), Array(8).fill("null"));
        assert.deepEqual(cells.slice(19, 22), [
          "[]",
          "{name: null, at: 1970-01-01 00:00:00}",
          "{}",
        ]);
      });
    });

    it("filters through the planner, and says what is skipped", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await addCondition(views, "time", "is at least", "2024-01-01 05:00");

        await views.until(".status", "2,000 rows match of 20,000");
        await views.until(CELLS, "2024-01-01 05:00:00");
        const plan = await views.all(".plan li");
        assert.match(plan[0], /^Reads 1 of 4 segments \(3 skipped\)/);
        assert.match(plan[1], /% are skipped\.$/);

        await views.click("button", "Clear");
        await views.until(".status", "20,000 rows");
      });
    });

    it("says what is wrong with a filter", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await addCondition(views, "temp", "is greater than", "warm");
        await views.until(".wrong", "“warm” is no number, which “temp” is compared with.");
      });
    });

    it("sorts all rows by a column, the other way round, and not at all", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await views.click("[role=columnheader]", "city");
        await views.until(".status", "20,000 rows, all of them sorted");
        await views.until(CELLS, "Bern");
        assert.equal((await views.all(CELLS))[2], "Bern");

        await views.click("[role=columnheader]", "city");
        await views.until(CELLS, "Roma");
        await views.page.waitForFunction(() => {
          const grid = harness.element("[role=grid]");
          return grid.querySelector("[aria-sort=descending]") !== null;
        });
        assert.equal((await views.all(CELLS))[2], "Roma");

        await views.click("[role=columnheader]", "city");
        await views.until(CELLS, "Oslo");
        assert.equal((await views.all(".status"))[0], "20,000 rows");
      });
    });

    it("refuses in words to sort what is too much", async () => {
      await withViews(async (views) => {
        await views.importFlights("/flights.parquet");
        await views.mount("tp-dataset", { path: "/flights.parquet" });
        await views.until(CELLS, "2001-01-01");
        await views.click("[role=columnheader]", "delay");
        await views.until("[role=alert]", "There are 3,000,000: filter them first.");
      });
    });

    it("goes to any of 3,000,000 rows and back", async () => {
      await withViews(async (views) => {
        await views.importFlights("/flights.parquet");
        await views.mount("tp-dataset", { path: "/flights.parquet" });
        await views.until(".status", "3,000,000 rows");
        const scrollTo = (share) =>
          views.page.evaluate((to) => {
            const grid = harness.element("[role=grid]");
            grid.scrollTop = to * (grid.scrollHeight - grid.clientHeight);
          }, share);
        await scrollTo(1);
        await views.until(NUMBERS, "3000000", 60_000);
        await scrollTo(0.5);
        await views.until(NUMBERS, "1500000", 60_000);
        await scrollTo(0);
        await views.until(NUMBERS, "1", 60_000);
      });
    });

    it("tells the schema, also what is within columns and since when they are there", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await views.click("[role=tab]", "Schema");
        await views.until("tbody tr", "Timestamp<MICROSECOND>");
        await views.until("thead", "Since version");

        await views.page.evaluate(() => harness.writeKinds("/kinds.parquet"));
        await views.mount("tp-dataset", { path: "/kinds.parquet" });
        await views.until("[role=tab]", "Schema");
        await views.click("[role=tab]", "Schema");
        await views.until("tbody th", "└ name");
      });
    });

    it("draws how the values of each column are spread", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await views.click("[role=tab]", "Columns");
        await views.until(".card", "city");
        await views.until(".values", "33 %");
        const bars = await views.page.evaluate(() => harness.all(".spread rect").length);
        assert.ok(bars > 40, `${bars} bars`);
        await views.until(".card dd", "2024-01-01 05:33:19");
      });
    });

    it("draws segments and row groups to scale, and over time", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await views.click("[role=tab]", "Layout");
        await views.until("p", "4 segments, 4 row groups");
        await views.until("title", "Segment 4, row group 4: rows 15,001 to 20,000");
        await views.until(
          "title",
          "Segment 4: 5,000 rows from 2024-01-01 04:10:00 to 2024-01-01 05:33:19",
        );
        await views.until("figcaption", "3 gaps, no overlaps");
      });
    });

    it("draws one column by another", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await views.click("[role=tab]", "Chart");
        await views.until("[role=status]", "Mean, least and greatest of all 20,000 rows");
        assert.equal(await views.page.evaluate(() => harness.element("canvas") !== null), true);
        await views.enter("select[name=Across]", "(row number)");
        await views.enter("select[name=Up]", "count");
        await views.until("[role=status]", "Mean, least and greatest of all 20,000 rows");
      });
    });

    it("tells of new rows, and shows them when they are wanted", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        const other = await views.otherTab();
        await other.evaluate(() => harness.appendRows("/obs.series", 20_000, 50).then(() => {}));
        await views.until(".hint", "50 new rows have been appended.");
        await views.click("button", "Show them");
        await views.until(".status", "20,050 rows");
        await other.close();
      });
    });

    it("keeps a filter while another tab is looked at, by keyboard alone", async () => {
      await withViews(async (views) => {
        await openSeries(views);
        await addCondition(views, "city", "is", "Roma");
        await views.until(".status", "6,668 rows match of 20,000");

        await views.focus("[role=tab][aria-selected=true]");
        await views.page.keyboard.press("ArrowRight");
        await views.until("td", "Utf8");
        await views.page.keyboard.press("ArrowLeft");

        await views.until("[role=tab][aria-selected=true]", "Rows");
        assert.equal(await views.until(".status", "6,668 rows"), "6,668 rows match of 20,000");
      });
    });

    it("reads the columns of a wide table in turns", async () => {
      await withViews(async (views) => {
        await views.page.evaluate(async () => {
          const columns = Array.from({ length: 100 }, (_, at) => [
            `c${at}`,
            Int32Array.of(at, -at),
          ]);
          const table = harness.arrow.tableFromArrays(Object.fromEntries(columns));
          await harness.pond.root.createTableFromBatches("/wide.parquet", table.batches);
        });
        await views.mount("tp-dataset", { path: "/wide.parquet" });
        await views.until("[role=columnheader]", "c47");
        assert.equal((await views.all("[data-head]")).length, 48);

        await views.enter("label > select", "49 to 96 of 100", 0);
        await views.until("[role=columnheader]", "c95");
        await views.until(CELLS, "-48");
      });
    });

    it("says what cannot be opened, and what has gone", async () => {
      await withViews(async (views) => {
        await views.mount("tp-dataset", { path: "/none" });
        await views.page.waitForFunction(() => harness.seen.failures.length > 0);
        const failures = await views.page.evaluate(() => harness.seen.failures.splice(0));
        assert.match(failures[0], /^Could not open “\/none”: NOT_FOUND/);

        await openSeries(views);
        await views.page.evaluate(() => harness.pond.root.remove("/obs.series"));
        await views.until(".hint", "It was moved or removed.");
      });
    });

    it("shows the beginning of any other file, as text or as bytes", async () => {
      await withViews(async (views) => {
        await views.page.evaluate(async () => {
          await harness.pond.root.writeFile("/a.md", `# Größe\n${"x".repeat(70_000)}`);
          await harness.pond.root.writeFile("/a.bin", new Uint8Array([0, 255, 65, 66]));
        });
        await views.mount("tp-dataset", { path: "/a.md" });
        assert.match(await views.until("pre", "# Größe"), /x$/);
        await views.until("p", "The first 65.5 kB, as text.");
        await views.mount("tp-dataset", { path: "/a.bin" });
        await views.until("pre", "00 ff 41 42");
      });
    });
  });
}

async function openSeries(views) {
  await views.page.evaluate(() => harness.writeSeries("/obs.series", 4, 5000));
  await views.mount("tp-dataset", { path: "/obs.series" });
  await views.until(CELLS, "2024-01-01 00:00:00");
}

async function addCondition(views, column, comparison, value) {
  await views.click("button", "Filter");
  await views.click("#add");
  await views.until("option", "is null");
  await views.enter("select[aria-label=Column]", column);
  await views.until("select[aria-label=Comparison] option", comparison);
  await views.enter("select[aria-label=Comparison]", comparison);
  await views.enter("input[aria-label=Value]", value);
  await views.click("button[type=submit]", "Apply");
}
