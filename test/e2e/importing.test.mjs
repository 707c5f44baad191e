// Imports that end in another way than well, and those that come by another way than the file input.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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
    const { openDemo, withDemo } = suiteBrowser(browser);

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

    it("says in words that an Arrow file is none", async () => {
      const notArrow = await makeFile("broken.arrow", "x".repeat(1000));

      await withDemo(async (demo) => {
        await demo.importFiles([notArrow], "failed");

        assert.deepEqual(await demo.texts(".notice-code"), ["ArrowFileError"]);
        assert.deepEqual(await demo.names(), []);
        assert.deepEqual(await demo.temporaries(), []);
      });
    });

    // WebDriver BiDi gives files to an input and no folders: only Chromium can be asked.
    it("takes in a folder that is chosen, with the folders below it", {
      skip: browser !== "chromium",
    }, async () => {
      const chosen = join(folder, "chosen");
      await mkdir(join(chosen, "2026", "empty"), { recursive: true });
      await writeFile(join(chosen, "notes.txt"), "some words");
      await writeFile(join(chosen, "2026", "a.csv"), "id,name\n1,one\n");

      await withDemo(async (demo) => {
        const input = await demo.page.$("#folder-input");
        await input.uploadFile(chosen);
        await demo.untilImports("done", 2);

        assert.deepEqual(await demo.names(), ["chosen"]);
        await demo.goTo("/chosen");
        await demo.untilNames(["2026", "notes.txt"]);
        await demo.goTo("/chosen/2026");
        await demo.untilNames(["a.parquet"]);
      });
    });

    it("makes tables of JSON, and keeps what is none as it is", async () => {
      const lines = await makeFile("lines.ndjson", '{"a":1,"b":"x"}\n{"a":2.5,"c":[true]}\n');
      const list = await makeFile("list.json", '[{"n":1},{"n":null}]');
      const other = await makeFile("other.json", '{"kind":"settings"}');
      const wrong = await makeFile("wrong.ndjson", '{"a":1}\nnothing\n');
      const picture = await makeFile("picture.bmp", "BM");

      await withDemo(async (demo) => {
        await demo.importFiles([lines, list, other, picture]);
        await demo.importFiles([wrong], "failed");

        const shown = await demo.listing();
        assert.deepEqual(
          shown.map(({ name, type, rowCount }) => [name, type, rowCount]),
          [
            ["lines.parquet", "Table", "2"],
            ["list.parquet", "Table", "2"],
            ["other.json", "File", "–"],
            ["picture.bmp", "File", "–"],
          ],
        );
        assert.match((await demo.texts(".notice-title"))[0], /“wrong\.ndjson”: line 2 is no JSON/);
        const { columns, rows } = await demo.openDataset("lines.parquet");
        assert.deepEqual(columns, ["a Float64", "b Utf8", "c Utf8"]);
        assert.deepEqual(rows, [
          ["1", "x", "null"],
          ["2.5", "null", "[true]"],
        ]);
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
        const { rows } = await demo.openDataset("dropped.parquet");
        assert.deepEqual(rows, [
          ["1", "x"],
          ["2", "y"],
        ]);
      });
    });

    it("takes folders that are dropped, with what is below them", async () => {
      await withDemo(async (demo) => {
        await demo.page.evaluate(() => {
          const asFile = (path) => ({
            isDirectory: false,
            fullPath: path,
            file: (done) => done(new File([`text of ${path}`], path.split("/").at(-1))),
          });
          const asFolder = (path, entries) => ({
            isDirectory: true,
            fullPath: path,
            createReader: () => {
              const parts = [entries, []];
              return { readEntries: (done) => done(parts.shift()) };
            },
          });
          const inner = asFolder("/notes/2026", [asFile("/notes/2026/b.txt")]);
          const folder = asFolder("/notes", [asFile("/notes/a.txt"), inner]);
          const item = { kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null };
          const drop = new Event("drop", { bubbles: true, cancelable: true });
          drop.dataTransfer = { types: ["Files"], items: [item] };
          document.querySelector("h1").dispatchEvent(drop);
        });

        await demo.untilImports("done", 2);
        assert.equal(await demo.call("readText", "/notes/2026/b.txt"), "text of /notes/2026/b.txt");
        assert.equal(await demo.call("readText", "/notes/a.txt"), "text of /notes/a.txt");
      });
    });

    it("takes files that are pasted, but not into a field", async () => {
      await withDemo(async (demo) => {
        const paste = (selector) => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File(["pasted"], "pasted.txt"));
          const event = new Event("paste", { bubbles: true, cancelable: true });
          Object.defineProperty(event, "clipboardData", { value: clipboardData });
          document.querySelector(selector).dispatchEvent(event);
        };

        await demo.page.evaluate(paste, "#search");
        await demo.page.evaluate(paste, "h1");

        await demo.untilImports("done", 1);
        await demo.untilNames(["pasted.txt"]);
      });
    });

    it("takes a file by its address, and says when there is none", async () => {
      await withDemo(async (demo) => {
        await demo.page.click("#import-url");
        await demo.answer("index.html");
        await demo.untilImports("done", 1);
        await demo.untilNames(["index.html"]);
      });
      const demo = await openDemo();
      await demo.page.click("#import-url");
      await demo.answer("no-such-file.csv");
      await demo.untilImports("failed", 1);
      assert.match((await demo.texts(".notice"))[0], /the file did not arrive.*Check the address/s);
      await demo.page.close();
    });

    it("tells after a reload which imports it has cut off", async () => {
      const lines = Array.from({ length: LARGE_CSV_ROWS }, (_, row) => `${row},name ${row}`);
      const path = await makeFile("cut-off.csv", `id,name\n${lines.join("\n")}\n`);
      const other = await makeFile("waiting.csv", "id\n1\n");

      const demo = await openDemo();
      await demo.chooseFiles([path, other]);
      await demo.page.waitForFunction(
        () => document.querySelector("[data-state=running] progress")?.value > 0,
      );
      await demo.reload();

      const [notice] = await demo.texts(".notice");
      assert.match(notice, /2 imports ended with the reload: cut-off\.csv, waiting\.csv/);
      await demo.untilNames([]);
      await demo.reload();
      assert.deepEqual(await demo.texts(".notice"), [], "it is told once");
      await demo.importFiles([dataFile("seattle-weather.csv")]);
      await demo.untilNames(["seattle-weather.parquet"]);
      await demo.page.close();
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
          await (await demo.page.waitForSelector("#sample-button")).click();

          await demo.untilImports("done", 1);
          const [sample] = await demo.listing();
          assert.equal(sample.name, "flights-3m.parquet");
          assert.equal(sample.rowCount, "3,000,000");
          const { rows } = await demo.openDataset("flights-3m.parquet");
          assert.ok(rows.length > 5);
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
    observer.observe(document.body, {
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
