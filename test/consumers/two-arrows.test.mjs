import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { before, describe, it } from "node:test";
import { newPage, outcomeOf } from "./support/browser.mjs";
import { useConsumer, whileServed } from "./support/consumer.mjs";
import { fixtureProject } from "./support/project.mjs";

describe("a page with three copies of apache-arrow", () => {
  let outcome;
  const consumer = useConsumer(() => fixtureProject("two-arrows"));
  before(async () => {
    await consumer.project.runScript("vite/bin/vite.js", "build");
    outcome = await outcomeIn("dist");
  });

  it("has no error", () => {
    deepStrictEqual(outcome.error, undefined);
  });

  for (const [copy, name] of [
    ["older", "apache-arrow 19"],
    ["second", "another copy of apache-arrow 21"],
  ]) {
    it(`reads the rows that ${name} has made`, () => {
      const { written, read } = outcome[copy];

      ok(written.length === 3 && written[0].text === "Tromsø");
      deepStrictEqual(read, { batches: written, bytes: written, series: [...written, ...written] });
    });

    it(`gives ${name} the same rows, by IPC`, () => {
      const { written, back } = outcome[copy];

      deepStrictEqual(back, { batches: written, bytes: written, series: [...written, ...written] });
    });
  }

  it("is told which version to install where TinyPond's own is too old", async () => {
    const args = ["build", "--config=only-older.config.js"];
    await consumer.project.runScript("vite/bin/vite.js", ...args);

    const { error } = await outcomeIn("dist-only-older");

    strictEqual(error.code, "PEER_MISSING");
    match(error.message, /run `npm install apache-arrow@21`/);
  });

  function outcomeIn(folder) {
    return whileServed(consumer, folder, async (url) => {
      const page = await newPage(consumer.browser);
      await page.goto(url);
      return await outcomeOf(page);
    });
  }
});
