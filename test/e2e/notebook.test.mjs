// The notebook of `examples/`: its cells run, and find after a reload what they have stored.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { build, resolveConfig } from "vite";
import { launchChromium, newPage } from "../consumers/support/browser.mjs";
import { serveFolder } from "../consumers/support/serve.mjs";

const configFile = "examples/notebook/vite.config.js";

describe("the notebook", () => {
  let server;
  let browser;
  let page;
  before(async () => {
    await build({ configFile, logLevel: "error" });
    const { build: built } = await resolveConfig({ configFile }, "build");
    server = await serveFolder(built.outDir);
    browser = await launchChromium();
    page = await newPage(browser);
    await page.setViewport({ width: 900, height: 2400 });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  it("runs all its cells, plots the series, and stores it", async () => {
    await page.goto(server.origin);
    await cellsAreDone();

    assert.match(await outputs(), /Stored for the first time/);
    assert.match(await outputs(), /wet days in 2014\s*3 of 4 segments were left out/);
    assert.ok((await page.$$("svg [aria-label='rule'] line")).length > 1461);
    assert.deepEqual(page.complaints, []);
  });

  it("finds after a reload what was stored", async () => {
    await page.reload();
    await cellsAreDone();

    assert.match(await outputs(), /Found again/);
    assert.match(await outputs(), /weather\.series\s*FileSeries/);
    assert.deepEqual(page.complaints, []);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  });

  it("runs a cell that was changed, shows its error, and goes on when it is right", async () => {
    await changeLastCell("const twice = 2 * wetDays.numRows;\ndisplay(twice + nothing);");
    await page.waitForSelector(".cell:last-of-type[data-state='failed']");
    assert.match(await outputs(), /ReferenceError: nothing is not defined/);

    await changeLastCell("(await weather).numRows");
    await cellsAreDone();
    assert.match(await outputs(), /1461$/);
  });

  async function cellsAreDone() {
    await page.waitForFunction(() => {
      const cells = [...document.querySelectorAll(".cell")];
      const states = cells.map((cell) => cell.dataset.state);
      if (states.includes("failed")) throw new Error(document.querySelector(".error").textContent);
      return states.length > 0 && states.every((state) => state === "done");
    });
  }

  function outputs() {
    return page.$$eval(".output", (all) =>
      all
        .map((output) => output.textContent)
        .join("\n")
        .trim(),
    );
  }

  async function changeLastCell(code) {
    const [cell] = (await page.$$(".cell textarea")).slice(-1);
    await cell.evaluate((area, text) => {
      area.value = text;
      area.dispatchEvent(new Event("input"));
    }, code);
    await cell.focus();
    await page.keyboard.down("Shift");
    await page.keyboard.press("Enter");
    await page.keyboard.up("Shift");
  }
});
