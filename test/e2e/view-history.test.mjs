// The view of the commits: stepping back, comparing, restoring, tags.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { viewBrowser } from "./view-driver.mjs";

for (const browser of wantedBrowsers) {
  describe(`the view of history in ${browser}`, () => {
    const withViews = viewBrowser(browser);

    it("lists commits with what they did, newest first, and new ones as they come", async () => {
      await withViews(async (views) => {
        await openHistory(views);
        assert.deepEqual(await views.all(".title"), [
          "Removed /old.md",
          "tidy up",
          "Rows appended /obs.series",
          "Added /obs.series",
          "Changed /a.md",
          "2 entries added",
        ]);
        assert.match((await views.all("p.paths"))[1], /2 changes \/[a-z.]+, \/[a-z.]+$/); // moved, not written
        const other = await views.otherTab();
        await other.evaluate(() => harness.pond.root.writeFile("/b.md", "b").then(() => {}));
        await views.until(".title", "Added /b.md");
        await other.close();

        await views.click("button", "Changes");
        await views.until("tbody th", "/b.md");
      });
    });

    it("tells the rows of tables as of the commit", async () => {
      await withViews(async (views) => {
        await openHistory(views);
        await views.page.evaluate(() => {
          const commit = harness.element("li:nth-child(3) tp-commit");
          commit.renderRoot.querySelector("[aria-expanded]").click();
        });
        await views.until("tbody td", "200");
        await views.until("tbody td", "rows appended, version 2");
      });
    });

    it("steps back in time, and returns to now", async () => {
      await withViews(async (views) => {
        await openHistory(views);
        await views.clickIn(commitAt(6), "Step back");
        await views.until(".hint", "shows the pond as of commit 1.");
        await views.until(".here", "You are here");

        await views.click("button", "Return to now");
        await views.page.waitForFunction(() => harness.all(".hint").length === 0);
      });
    });

    it("compares two commits: entries, rows and bytes", async () => {
      await withViews(async (views) => {
        await openHistory(views);
        await views.clickIn(commitAt(6), "Compare");
        await views.until("p", "Commit 1 is chosen");
        await views.clickIn(commitAt(1), "Compare");

        await views.until("h3", "From commit 1 to 6");
        await views.until("p", "3 differences. In sum: ±0 files, +200 rows");
        const lines = await views.all("tp-diff tbody tr, .scroll tbody tr");
        assert.ok(
          lines.some((line) => line.startsWith("/notes.md → moved from /a.md")),
          lines.join(),
        );
        assert.ok(
          lines.some((line) => line.startsWith("/obs.series + added +200")),
          lines.join(),
        );
        assert.ok(
          lines.some((line) => line.startsWith("/old.md − removed")),
          lines.join(),
        );
      });
    });

    it("brings back what was removed, and restores an older version", async () => {
      await withViews(async (views) => {
        await openHistory(views);
        await views.clickIn(commitAt(1), "Changes");
        await views.until("td button", "Bring it back");
        await views.click("td button", "Bring it back");
        await views.until(".title", "Added /old.md");

        await views.page.evaluate(() =>
          harness.pond.root.writeFile("/old.md", "newer").then(() => {}),
        );
        await views.until(".title", "Changed /old.md");
        await views.clickIn(commitAt(8), "Changes");
        await views.until("td button", "Restore version 1");
        await views.click('[aria-label="Restore version 1 of /old.md"]');
        await views.page.waitForFunction(async () => {
          const bytes = await harness.pond.root.readFile("/old.md");
          return new TextDecoder().decode(bytes) === "old";
        });
      });
    });

    it("adds tags and removes them", async () => {
      await withViews(async (views) => {
        await openHistory(views);
        await views.clickIn(commitAt(3), "Tag …");
        await views.until("form button", "Add");
        await views.page.keyboard.type("first rows");
        await views.page.keyboard.press("Enter");
        await views.until(".tag", "first rows");
        assert.deepEqual(await views.page.evaluate(() => harness.pond.tags()), [
          { name: "first rows", seq: 4 },
        ]);

        await views.click('[aria-label="Remove the tag first rows"]');
        await views.page.waitForFunction(() => harness.all(".tag").length === 0);
        assert.deepEqual(await views.page.evaluate(() => harness.pond.tags()), []);
      });
    });

    it("shows older commits page by page", async () => {
      await withViews(async (views) => {
        await views.page.evaluate(async () => {
          for (let one = 0; one < 70; one += 1)
            await harness.pond.root.writeFile("/a", String(one));
        });
        await views.mount("tp-history");
        await views.until(".title", "/a");
        assert.equal((await views.all(".title")).length, 30);
        await views.click("button", "Show older commits");
        await views.page.waitForFunction(() => harness.all(".title").length === 60);
        await views.click("button", "Show older commits");
        await views.until("p", "This is where history begins");
        assert.equal((await views.all(".title")).at(-1), "Added /a");
      });
    });
  });
}

async function openHistory(views) {
  await views.page.evaluate(async () => {
    const { pond } = harness;
    await pond.transaction(async (tx) => {
      await tx.root.writeFile("/a.md", "# A");
      await tx.root.writeFile("/old.md", "old");
    });
    await pond.root.writeFile("/a.md", "# A, again");
    await harness.writeSeries("/obs.series", 2, 100);
    await pond.transaction((tx) => tx.root.rename("/a.md", "/notes.md"), { label: "tidy up" });
    await pond.root.remove("/old.md");
  });
  await views.mount("tp-history");
  await views.until(".title", "Removed /old.md");
}

/** The commit that stands in the list at a place, from 1. */
function commitAt(place) {
  return `li:nth-child(${place}) > tp-commit`;
}
