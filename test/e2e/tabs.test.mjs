// Two real pages of one browser profile on one pond: what they see of each other, what becomes of a
// file when its page is closed, and the way back to a page that was left.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BrowserProfile, wantedBrowsers } from "./browser-profile.mjs";
import { serveDemo } from "./demo-server.mjs";

for (const browser of wantedBrowsers) {
  describe(`two pages in ${browser}`, () => {
    const profile = new BrowserProfile(browser);
    const servers = [];
    before(() => profile.start());
    after(async () => {
      await profile.close();
      for (const server of servers) server.close();
    });

    /** An origin of its own, hence an empty pond; `open` gives one more page of it. */
    async function site() {
      const server = await serveDemo();
      servers.push(server);
      const open = async () => {
        const page = await profile.newPage();
        await page.goto(server.url);
        await untilReady(page);
        return page;
      };
      return { url: server.url, open };
    }

    it("see the commits of both, in one order", async () => {
      const { open } = await site();
      const [one, two] = [await open(), await open()];
      await two.evaluate(() => {
        window.seen = (async () => {
          const seqs = [];
          for await (const { seq } of window.tinypondDemo.pond.watch("/t-*", { since: 0 })) {
            if (seqs.push(seq) === 40) return seqs;
          }
        })();
      });

      await Promise.all([writeFiles(one, "/t-1-"), writeFiles(two, "/t-2-")]);

      const seqs = await two.evaluate(() => window.seen);
      assert.equal(new Set(seqs).size, 40);
      assert.deepEqual(
        seqs,
        seqs.toSorted((a, b) => a - b),
      );
      await Promise.all([one.close(), two.close()]);
    });

    it("count in transactions, and lose no step", async () => {
      const { open } = await site();
      const pages = [await open(), await open()];
      await pages[0].evaluate(() => window.tinypondDemo.pond.root.writeFile("/count", "0"));

      await Promise.all(pages.map((page) => increment(page, 25)));

      const count = await pages[1].evaluate(async () => {
        return new TextDecoder().decode(await window.tinypondDemo.pond.root.readFile("/count"));
      });
      assert.equal(count, "50");
      await Promise.all(pages.map((page) => page.close()));
    });

    it("tell who holds a file, until that page is closed", async () => {
      const { open } = await site();
      const [one, two] = [await open(), await open()];
      const txId = await one.evaluate(async () => {
        window.tx = await window.tinypondDemo.pond.begin();
        window.stream = await window.tx.root.asyncWriter("/held");
        return window.tx.id;
      });

      const failure = await two.evaluate(async () => {
        try {
          await window.tinypondDemo.pond.root.asyncWriter("/held");
        } catch ({ code, txId: holder }) {
          return { code, holder };
        }
      });
      const waiting = two.evaluate(async () => {
        const options = { wait: 15_000 };
        await (await window.tinypondDemo.pond.root.asyncWriter("/held", options)).abort();
        return "written";
      });
      await one.close();

      assert.deepEqual(failure, { code: "ALREADY_BEING_WRITTEN", holder: txId });
      assert.equal(await waiting, "written");
      await two.close();
    });

    it("do not wait for one that was left", async () => {
      const { url, open } = await site();
      const [one, two] = [await open(), await open()];
      await leaveWriting(one, `${url}?elsewhere`);

      const held = await two.evaluate(async () => {
        const options = { wait: 15_000 };
        await (await window.tinypondDemo.pond.root.asyncWriter("/held", options)).abort();
        return "written";
      });

      assert.equal(held, "written");
      await Promise.all([one.close(), two.close()]);
    });

    it("work again on the way back, kept by the browser or loaded anew", async (test) => {
      const { url, open } = await site();
      const page = await open();
      await leaveWriting(page, `${url}?elsewhere`);

      await goBack(page);
      const found = await page.evaluate(async () => {
        const { root } = window.tinypondDemo.pond;
        const listObstacles = (found) => (found?.reasons ?? []).map(({ reason }) => reason);
        await root.writeFile("/b", "new");
        return {
          ending: window.isLeft ? await window.ending : "loaded anew",
          obstacles: listObstacles(
            performance.getEntriesByType("navigation")[0].notRestoredReasons,
          ),
          text: new TextDecoder().decode(await root.readFile("/a")),
        };
      });

      test.diagnostic(
        `the writer that was open when the page was left: ${found.ending} ${found.obstacles}`,
      );
      assert.equal(found.text, "old");
      // Keeping a page is the browser's choice. Where it did not, nothing of ours may have been against
      // it: Chromium tells the reasons.
      assert.ok(["SUSPENDED", "loaded anew"].includes(found.ending), found.ending);
      assert.deepEqual(found.obstacles.filter(isOurs), []);
      await page.close();
    });
  });
}

/** Whether a page was not kept for what a pond holds: locks, connections, channels, workers. */
function isOurs(reason) {
  return /lock|idb|indexeddb|broadcast|worker|file/i.test(reason);
}

function untilReady(page) {
  return page.waitForSelector("html[data-ready]", { timeout: 30_000 });
}

/** Goes elsewhere while a file is written. */
async function leaveWriting(page, url) {
  await page.evaluate(async () => {
    window.isLeft = true;
    const { root } = window.tinypondDemo.pond;
    await root.writeFile("/a", "old");
    window.held = (await root.asyncWriter("/held")).getWriter();
    window.ending = window.held.closed.catch(({ code }) => code);
  });
  await page.goto(url);
}

/** Back to the page before, kept or loaded anew. */
async function goBack(page) {
  await page.evaluate(() => {
    setTimeout(() => history.back()); // after this call has been answered
  });
  await page.waitForFunction(() => !location.search.includes("elsewhere"), { polling: 50 });
  await untilReady(page);
}

function writeFiles(page, prefix) {
  return page.evaluate(async (start) => {
    const { root } = window.tinypondDemo.pond;
    for (let n = 0; n < 20; n += 1) await root.writeFile(`${start}${n}`, String(n));
  }, prefix);
}

function increment(page, count) {
  return page.evaluate(async (times) => {
    const { pond } = window.tinypondDemo;
    const step = async ({ root }) => {
      const number = Number(new TextDecoder().decode(await root.readFile("/count")));
      await root.writeFile("/count", String(number + 1));
    };
    for (let n = 0; n < times; n += 1) await pond.transaction(step, { retries: 1000 });
  }, count);
}
