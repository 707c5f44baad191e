import { match, strictEqual } from "node:assert/strict";
import { cpSync } from "node:fs";
import { describe, it } from "node:test";
import { assertKeepsItsData, errorAt } from "./support/browser.mjs";
import { addPage, useConsumer, whileServed } from "./support/consumer.mjs";
import { fixtureProject } from "./support/project.mjs";

describe("esbuild", () => {
  const consumer = useConsumer(() => fixtureProject("esbuild"));

  it("is told which files it lacks beside the bundle", async () => {
    await build();

    const error = await whileServed(consumer, "dist", (url) => errorAt(consumer.browser, url));

    strictEqual(error.code, "WORKER_START");
    match(
      error.message,
      /asked for at \S+\/storage\.worker\.js: copy node_modules\/tinypond\/dist\/standalone\/\*\.worker\.js and \*\.wasm beside the bundle/,
    );
  });

  it("keeps what it writes with a copy of them", async () => {
    await build();
    const { project } = consumer;
    const isWanted = (path) => !/\.js$/.test(path) || path.endsWith(".worker.js");
    cpSync(project.path("node_modules/tinypond/dist/standalone"), project.path("dist"), {
      recursive: true,
      filter: isWanted,
    });

    await whileServed(consumer, "dist", (url) => assertKeepsItsData(consumer.browser, url));
  });

  async function build() {
    await consumer.project.run(process.execPath, ["build.mjs"]);
    addPage(consumer, "dist");
  }
});
