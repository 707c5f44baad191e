// What is done with files: folders, links, names, places, copies, several at once, searching.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";

for (const browser of wantedBrowsers) {
  describe(`files in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("are put into folders and links, and opened through them", async () => {
      await withDemo(async (demo) => {
        await demo.page.click("#new-folder");
        await demo.answer("data");
        await demo.untilNames(["data"]);
        await demo.call("make", ["/data/a.txt"]);
        await demo.page.click("#new-link");
        await demo.answer("latest", "/data");
        await demo.untilNames(["data", "latest"]);

        await demo.openEntry("latest");

        await demo.untilNames(["a.txt"]);
        assert.deepEqual(await demo.texts(".path-bar h2"), ["data"]);
        await demo.page.click('.path-bar [data-path="/"]');
        await demo.untilNames(["data", "latest"]);
      });
    });

    it("get another name with F2, and keep the keyboard", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/a.txt", "/b.txt"]);
        await demo.untilNames(["a.txt", "b.txt"]);
        await demo.page.focus(".file-grid");
        await demo.page.keyboard.press("ArrowDown");

        await demo.page.keyboard.press("F2");
        await demo.answer("c.txt");

        await demo.untilNames(["a.txt", "c.txt"]);
        await demo.page.waitForFunction(() => {
          const grid = document.activeElement;
          const active = document.getElementById(grid?.getAttribute("aria-activedescendant") ?? "");
          return active?.dataset.name === "c.txt";
        });
      });
    });

    it("say in words why a name cannot be taken", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/a.txt", "/b.txt"]);
        await demo.untilNames(["a.txt", "b.txt"]);
        await demo.select("b.txt");

        await demo.page.click("#rename");
        await demo.answer("a.txt");

        await demo.page.waitForSelector(".notice.error");
        assert.match(
          (await demo.texts(".notice"))[0],
          /Could not rename “b.txt”: there is something of that name already/,
        );
        assert.deepEqual(await demo.call("tree"), ["a.txt", "b.txt"]);
      });
    });

    it("are moved by dragging all that are selected onto a folder", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/data/", "/a.txt", "/b.txt", "/c.txt"]);
        await demo.untilNames(["data", "a.txt", "b.txt", "c.txt"]);
        await demo.select("a.txt", "c.txt");

        await drag(demo, "c.txt", '[data-name="data"]');

        await demo.untilNames(["data", "b.txt"]);
        assert.deepEqual(await demo.call("tree"), ["b.txt", "data/", "data/a.txt", "data/c.txt"]);
        await demo.openEntry("data");
        await demo.untilNames(["a.txt", "c.txt"]);
        await drag(demo, "a.txt", '.path-bar [data-path="/"]');
        await demo.untilNames(["c.txt"]);
      });
    });

    it("are moved and copied by a dialog, for the keyboard", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/data/", "/a.txt", "/b.txt"]);
        await demo.untilNames(["data", "a.txt", "b.txt"]);

        await demo.select("a.txt");
        await demo.page.click("#move");
        await demo.answer("/data");
        await demo.untilNames(["data", "b.txt"]);
        await demo.select("b.txt");
        await demo.page.click("#copy");
        await demo.answer("/");

        await demo.untilNames(["data", "b (2).txt", "b.txt"]);
        assert.equal(await demo.call("readText", "/b (2).txt"), "text of /b.txt");
        assert.equal(await demo.call("readText", "/data/a.txt"), "text of /a.txt");
      });
    });

    it("are selected in a range, deleted at once, and brought back", async () => {
      await withDemo(async (demo) => {
        const names = Array.from({ length: 8 }, (_, index) => `${index}.txt`);
        await demo.call(
          "make",
          ["/dir/x.txt", ...names.map((name) => `/${name}`)].toSpliced(0, 0, "/dir/"),
        );
        await demo.untilNames(["dir", ...names]);

        await demo.page.click('[data-name="2.txt"] .cell-name');
        await demo.page.keyboard.down("Shift");
        await demo.page.click('[data-name="5.txt"] .cell-name');
        await demo.page.keyboard.up("Shift");
        await demo.page.click('[data-name="dir"] .check');
        await demo.page.waitForFunction(() => /5 selected/.test(document.body.textContent));
        await demo.page.keyboard.press("Delete");
        await demo.answer();

        await demo.untilNames(["0.txt", "1.txt", "6.txt", "7.txt"]);
        await demo.page.click(".notice.done .notice-action");
        await demo.untilNames(["dir", ...names]);
        assert.equal(await demo.call("readText", "/dir/x.txt"), "text of /dir/x.txt");
      });
    });

    it("are walked through with the keys of a tree", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/a/", "/a/b/", "/a/b/c.txt", "/a/z.txt", "/m.txt", "/n.txt"]);
        await demo.untilNames(["a", "m.txt", "n.txt"]);
        const { keyboard } = demo.page;
        const active = () =>
          demo.page.$eval(".file-grid", (grid) => {
            const row = document.getElementById(grid.getAttribute("aria-activedescendant"));
            return `${row?.dataset.name} ${row?.getAttribute("aria-level")}`;
          });
        await demo.page.focus(".file-grid");

        await keyboard.press("ArrowRight");
        await demo.untilNames(["a", "b", "z.txt", "m.txt", "n.txt"]);
        await keyboard.press("ArrowDown");
        await keyboard.press("ArrowRight");
        await demo.untilNames(["a", "b", "c.txt", "z.txt", "m.txt", "n.txt"]);
        await keyboard.press("ArrowDown");
        assert.equal(await active(), "c.txt 3");
        await keyboard.press("ArrowLeft");
        assert.equal(await active(), "b 2");
        await keyboard.press("End");
        assert.equal(await active(), "n.txt 1");
        await keyboard.press("z");
        assert.equal(await active(), "z.txt 2");
        await keyboard.press("Home");
        await keyboard.press("ArrowLeft");
        await demo.untilNames(["a", "m.txt", "n.txt"]);

        await keyboard.press("Enter");
        await demo.untilNames(["b", "z.txt"]);
        await keyboard.press("Backspace");
        await demo.untilNames(["a", "m.txt", "n.txt"]);
        assert.equal(await active(), "a 1");
      });
    });

    it("are found by a part of the name and by a pattern", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", [
          "/a/",
          "/a/b/",
          "/a/b/one.csv",
          "/a/two.csv",
          "/a/one.txt",
          "/x.csv",
        ]);
        await demo.untilNames(["a", "x.csv"]);

        await demo.page.type("#search", "one");
        await demo.untilNames(["a/b/one.csv", "a/one.txt"]);
        await search(demo, "**/*.csv");
        await demo.untilNames(["a/b/one.csv", "a/two.csv", "x.csv"]);
        await search(demo, "nothing");
        await demo.untilNames([]);
        assert.match((await demo.texts(".empty"))[0], /Nothing here is called that/);
        await search(demo, "");
        await demo.untilNames(["a", "x.csv"]);
      });
    });

    it("come and go as other tabs write", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/b.txt", "/d.txt"]);
        await demo.untilNames(["b.txt", "d.txt"]);

        await demo.page.evaluate(async () => {
          const { root } = window.tinypondDemo.pond;
          await Promise.all(["a", "c", "e"].map((name) => root.writeFile(`/${name}.txt`, name)));
          await root.remove("/d.txt");
        });

        await demo.untilNames(["a.txt", "b.txt", "c.txt", "e.txt"]);
        assert.deepEqual(await demo.names(), ["a.txt", "b.txt", "c.txt", "e.txt"]);

        await demo.call("make", ["/z.txt", "/y.txt", "/x.txt"]);
        await demo.untilNames(["a.txt", "b.txt", "c.txt", "e.txt", "x.txt", "y.txt", "z.txt"]);
      });
    });

    it("come and go while one of them is open, too", async () => {
      await withDemo(async (demo) => {
        await demo.call("make", ["/b.txt"]);
        await demo.untilNames(["b.txt"]);

        await demo.openEntry("b.txt");
        await demo.page.waitForSelector("tp-dataset");
        await demo.call("make", ["/f.txt"]);
        await demo.page.click('.path-bar [data-path="/"]');

        await demo.untilNames(["b.txt", "f.txt"]);
      });
    });
  });
}

async function search(demo, words) {
  await demo.page.$eval(
    "#search",
    (field, text) => {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
    words,
  );
}

/** Drags a row somewhere, as the browser tells of it. */
async function drag(demo, name, target) {
  await demo.page.evaluate(
    (from, to) => {
      const dataTransfer = new DataTransfer();
      const tell = (type, element) =>
        element.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      const row = document.querySelector(`tp-file-grid [data-name="${from}"]`);
      tell("dragstart", row);
      tell("dragover", document.querySelector(to));
      tell("drop", document.querySelector(to));
      tell("dragend", row);
    },
    name,
    target,
  );
}
