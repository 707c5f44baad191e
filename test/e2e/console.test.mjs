// The console of the page: typed into as a person does, read as a screen reader does.
import { describe, it } from "node:test";
import { wantedBrowsers } from "./browser-profile.mjs";
import { suiteBrowser } from "./demo-driver.mjs";

const ROWS = ".xterm-accessibility-tree [role=listitem]";

for (const browser of wantedBrowsers) {
  describe(`the console in ${browser}`, () => {
    const { withDemo } = suiteBrowser(browser);

    it("runs lines, completes words, and has them again after a reload", async () => {
      await withDemo(async (demo) => {
        const { page } = demo;
        await openConsole(page);
        await enter(page, "mkdir '/my notes'");
        await untilShown(page, "made /my notes");
        await page.keyboard.type("cd /my");
        await page.keyboard.press("Tab");
        await untilShown(page, "/ $ cd '/my notes/'");
        await page.keyboard.press("Enter");
        await untilShown(page, "/my notes $");
        await enter(page, "lst");
        await untilShown(page, 'Did you mean "list"?');

        await demo.reload();
        await openConsole(page);
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("ArrowUp");
        await untilShown(page, "/ $ cd '/my notes/'");
        await page.keyboard.down("Control");
        await page.keyboard.press("c");
        await page.keyboard.up("Control");
        await untilShown(page, "/my notes/'^C");
      });
    });
  });
}

async function openConsole(page) {
  await page.evaluate(() => {
    location.hash = "#tab=console";
  });
  await page.waitForSelector(".xterm-helper-textarea", { timeout: 30_000 });
  await untilShown(page, "/ $");
  await page.focus(".xterm-helper-textarea");
}

async function enter(page, line) {
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

function untilShown(page, text) {
  return page.waitForFunction(
    (selector, wanted) => {
      const rows = [...document.querySelectorAll(selector)].map((row) => row.textContent);
      return rows.some((row) => row.replaceAll("\u00a0", " ").includes(wanted));
    },
    { timeout: 20_000, polling: 50 },
    ROWS,
    text,
  );
}
