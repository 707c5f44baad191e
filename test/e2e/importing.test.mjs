// Imports that end in another way than well, and those that come by another way than the file input.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";
import { dataFile } from "./expected.mjs";

const LARGE_CSV_ROWS = 1_000_000;

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tinypond-e2e-files-"));
});

after(() => rm(folder, { recursive: true }));

async function makeFile(name, content) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

for (const browser of wantedBrowsers) {
  describe(`importing in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("leaves nothing of a Parquet file that was cancelled under way", async () => {
      await withDemo((demo) => cancelUnderWay(demo, dataFile("flights-3m.parquet")));
    });

    it("leaves nothing of a CSV file that was cancelled under way", async () => {
      const lines = Array.from(
        { length: LARGE_CSV_ROWS },
        (_, row) => `${row},name ${row},${row / 7}`,
      );
      const path = await makeFile("large.csv", `id,name,share\n${lines.join("\n")}\n`);

      await withDemo((demo) => cancelUnderWay(demo, path));
    });

    it("says in words that a file is not Parquet, and stores nothing", async () => {
      const path = await makeFile("notes.parquet", "These are notes, whatever the name says.\n");

      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("seattle-weather.csv")]);
        const stored = await demo.call("storedFiles");

        await demo.importFiles([path], "failed");

        const [notice] = await demo.texts(".notice");
        assert.match(
          notice,
          /Could not import “notes.parquet”: this is not a readable Parquet file/,
        );
        assert.match(notice, /Nothing was stored\. Check that/);
        assert.deepEqual(await demo.texts(".notice-code"), ["NOT_PARQUET"]);
        assert.deepEqual(await demo.names(), ["seattle-weather.parquet"]);
        assert.deepEqual(await demo.call("storedFiles"), stored);
      });
    });

    it("says in words that an Arrow file is none, and that a kind is not known", async () => {
      const notArrow = await makeFile("broken.arrow", "x".repeat(1000));
      const unknown = await makeFile("picture.bmp", "BM");

      await withDemo(async (demo) => {
        await demo.importFiles([notArrow, unknown], "failed");

        assert.deepEqual(await demo.texts(".notice-code"), ["ArrowFileError", "UnknownKindError"]);
        assert.deepEqual(await demo.names(), []);
        assert.deepEqual(await demo.temporaries(), []);
      });
    });

    it("says on which line a CSV file is wrong", async () => {
      const path = await makeFile("wrong.csv", 'id,name\n1,one\n2,"two\n3,three\n');

      await withDemo(async (demo) => {
        await demo.importFiles([path], "failed");

        assert.match((await demo.texts(".notice-title"))[0], /“wrong\.csv”: line \d+, column 2: /);
        assert.deepEqual(await demo.names(), []);
      });
    });

    it("goes on after a file that failed", async () => {
      const bad = await makeFile("bad.parquet", "PAR1");

      await withDemo(async (demo) => {
        await demo.chooseFiles([bad, dataFile("seattle-weather.csv")]);

        await demo.untilNames(["seattle-weather.parquet"]);
        assert.equal(await demo.countImports("failed"), 1);
      });
    });

    it("takes a file that is dropped on the page", async () => {
      await withDemo(async (demo) => {
        await demo.page.evaluate(() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["a\tb\n1\tx\n2\ty\n"], "dropped.tsv"));
          const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector("h1").dispatchEvent(drop);
        });

        await demo.untilNames(["dropped.parquet"]);
        const { rows } = await demo.preview("dropped.parquet");
        assert.deepEqual(rows, [
          ["1", "x"],
          ["2", "y"],
        ]);
      });
    });

    it("gives a second file of one name a number", async () => {
      await withDemo(async (demo) => {
        await demo.importFiles([dataFile("seattle-weather.csv")]);
        await demo.importFiles([dataFile("seattle-weather.csv")]);

        await demo.untilNames(["seattle-weather (2).parquet", "seattle-weather.parquet"]);
      });
    });

    it("loads the sample at the press of a button, from a sub-path too", async () => {
      await withDemo(
        async (demo) => {
          await demo.page.click("#sample-button");

          await demo.untilImports("done", 1);
          const [sample] = await demo.listing();
          assert.equal(sample.name, "flights-3m.parquet");
          assert.equal(sample.rowCount, "3,000,000");
          const { rows } = await demo.preview("flights-3m.parquet");
          assert.equal(rows.length, 50);
        },
        { subPath: "/some/where/deep/" },
      );
    });
  });
}

/** Presses Cancel as soon as the page shows the first bytes, and checks that nothing is left. */
async function cancelUnderWay(demo, path) {
  await demo.page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const bar = document.querySelector(".import progress");
      if (!(bar?.value > 0)) return;
      observer.disconnect();
      window.cancelledAt = bar.value / bar.max;
      document.querySelector(".import button").click();
    });
    observer.observe(document.querySelector("#imports"), {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });

  await demo.importFiles([path], "cancelled");

  const share = await demo.page.evaluate(() => window.cancelledAt);
  assert.ok(share < 1, `cancelled at ${share} of the file`);
  assert.deepEqual(await demo.names(), []);
  assert.deepEqual(await demo.call("storedFiles"), []);
  assert.deepEqual(await demo.texts(".notice"), []);
}
