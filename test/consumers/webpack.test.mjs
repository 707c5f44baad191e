import { describe, it } from "node:test";
import { assertKeepsItsData } from "./support/browser.mjs";
import { addPage, useConsumer, whileServed } from "./support/consumer.mjs";
import { fixtureProject } from "./support/project.mjs";

describe("webpack 5", () => {
  const consumer = useConsumer(() => fixtureProject("webpack"));

  it("keeps what it writes, without configuration", async () => {
    await consumer.project.run(process.execPath, ["build.mjs"]);
    addPage(consumer, "dist");

    await whileServed(consumer, "dist", (url) => assertKeepsItsData(consumer.browser, url));
  });
});
