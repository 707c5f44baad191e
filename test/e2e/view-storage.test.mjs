// The view of what the pond takes up: the meter, gc, vacuum, check and repair, the live log.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { viewBrowser } from "./view-driver.mjs";

for (const browser of wantedBrowsers) {
  describe(`the view of storage in ${browser}`, () => {
    const withViews = viewBrowser(browser);

    it("measures what is live, what is history, and what is saved", async () => {
      await withViews(async (views) => {
        await openStorage(views);
        await views.until("li", "Live 100 kB 2 files, 0 folders");
        await views.until("li", "History 200 kB");
        assert.match(await views.until("p", "This site may use"), / used, .*%$/);
        assert.equal(
          await views.page.evaluate(() => harness.element("[role=meter]").ariaValueMin),
          "0",
        );
      });
    });

    it("collects leftovers, and looks first if it is asked to", async () => {
      await withViews(async (views) => {
        await openStorage(views);
        await views.clickIn("tp-gc", "Look first");
        await views.until(".hint", "Nothing is left over.");
        await views.clickIn("tp-gc", "Collect");
        await views.until(".hint", "Nothing is left over.");
      });
    });

    it("drops old versions after it has told which", async () => {
      await withViews(async (views) => {
        await openStorage(views);
        const isDropDisabled = () =>
          views.page.evaluate(() => harness.element("button", "Drop").disabled);
        assert.equal(await isDropDisabled(), true);
        await views.enter("select", "versions");
        await views.clickIn("tp-vacuum", "Look first");
        await views.until(".hint", "2 versions and");
        assert.deepEqual(
          (await views.all("tbody tr")).map((line) => line.split(" ").slice(0, 3).join(" ")),
          ["/a.bin 2 2", "/a.bin 1 1"],
        );

        await views.clickIn("tp-vacuum", "Drop 2 versions");
        await views.until(".hint", "2 versions and 3 commits of the log dropped");
        await views.until("li", "History 0 B");
        const { announcements } = await views.page.evaluate(() => harness.seen);
        assert.match(announcements.at(-1), /^2 versions/);
      });
    });

    it("checks the pond, and repairs what it finds", async () => {
      await withViews(async (views) => {
        await openStorage(views);
        await views.clickIn("tp-check", "Check");
        await views.until(".hint", "No faults as of commit 4");

        await views.page.evaluate(loseBlobs);
        await views.clickIn("tp-check", "Check");
        await views.until("th", "Fault");
        await views.until("td", "missing-blob");
        await views.clickIn("tp-check", "Repair what can be");
        await views.until("th", "quarantined");
      });
    });

    it("logs the commits of all tabs as they come", async () => {
      await withViews(async (views) => {
        await openStorage(views);
        await views.until(".title", "Added /b.md");
        const other = await views.otherTab();
        await other.evaluate(() => harness.pond.root.writeFile("/other.md", "x").then(() => {}));
        await views.until(".title", "Added /other.md");
        await views.until("li", "3 files");
        await other.close();
      });
    });
  });
}

async function openStorage(views) {
  await views.page.evaluate(async () => {
    const { pond } = harness;
    for (const one of [1, 2, 3])
      await pond.root.writeFile("/a.bin", new Uint8Array(100_000).fill(one));
    await pond.root.writeFile("/b.md", "b");
  });
  await views.mount("tp-storage");
  await views.until("li", "Live");
}

/** Deletes all large files from the private file system, behind the pond's back. */
async function loseBlobs() {
  const root = await navigator.storage.getDirectory();
  const ponds = await root.getDirectoryHandle("tinypond");
  const pond = await ponds.getDirectoryHandle("views");
  const empty = async (folder) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") await empty(handle);
      else await folder.removeEntry(name);
    }
  };
  await empty(await pond.getDirectoryHandle("_large_files"));
}
