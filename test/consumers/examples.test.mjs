import { deepStrictEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { newPage } from "./support/browser.mjs";
import { useConsumer, whileServed } from "./support/consumer.mjs";
import { exampleProject, FIXTURES } from "./support/project.mjs";

describe("examples/plain", () => {
  const consumer = useConsumer(() => exampleProject("plain"));

  it("passes its type check, and keeps a table and a series for every tab", async () => {
    await consumer.project.run("npm", ["run", "build"]);

    await whileServed(consumer, "dist", async (url) => {
      const [page, otherTab] = [await open(url, consumer), await open(url, consumer)];
      await importCities(page, "fieldset:enabled #import");
      await untilCount(page, "#files li", 1);
      for (const [index, celsius] of ["-3.5", "12"].entries()) {
        await page.type("input[name=celsius]", celsius);
        await page.click("form button");
        await untilCount(page, "#rows li", index + 1);
      }
      await untilCount(otherTab, "#rows li", 2);
      const shown = await linesOf(page, "li");

      await page.reload();
      await untilCount(page, "#rows li", 2);

      deepStrictEqual(await linesOf(page, "#files li"), [
        "cities.parquet: 2 rows",
        "readings.series: 2 rows",
      ]);
      deepStrictEqual(await linesOf(page, "li"), shown);
    });
  });
});

describe("examples/react", () => {
  const consumer = useConsumer(() => exampleProject("react"));

  it("passes its type check, and keeps a table and a series for every tab", async () => {
    await consumer.project.run("npm", ["run", "build"]);

    await whileServed(consumer, "dist", async (url) => {
      const [page, otherTab] = [await open(url, consumer), await open(url, consumer)];
      await importCities(page, "input[type=file]");
      await untilCount(otherTab, "ol li", 1);

      await page.reload();
      await untilCount(page, "ol li", 1);
      await untilCount(page, "ul button", 1);
      await page.click("ul button");
      await untilCount(page, "tbody tr", 2);

      deepStrictEqual(await linesOf(page, "ul li"), ["cities.parquet 2 rows"]);
      deepStrictEqual(await linesOf(page, "th, td"), [
        "city",
        "people",
        "Oslo",
        "717710",
        "Bergen",
        "291940",
      ]);
    });
  });
});

async function open(url, { browser }) {
  const page = await newPage(browser);
  await page.goto(url);
  return page;
}

async function importCities(page, selector) {
  await page.bringToFront();
  const input = await page.waitForSelector(selector);
  await input.uploadFile(`${FIXTURES}/cities.csv`);
}

async function untilCount(page, selector, count) {
  const hasAll = (wanted, number) => document.querySelectorAll(wanted).length === number;
  await page.waitForFunction(hasAll, { polling: 100 }, selector, count);
}

function linesOf(page, selector) {
  return page.$$eval(selector, (elements) => elements.map((element) => element.textContent.trim()));
}
