import { match, strictEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { assertKeepsItsData, errorAt } from "./support/browser.mjs";
import { useConsumer, whileServed } from "./support/consumer.mjs";
import { fixtureProject } from "./support/project.mjs";
import { startViteDev } from "./support/vite.mjs";

const VITE = "vite/bin/vite.js";

describe("Vite 8", () => {
  const consumer = useConsumer(() => fixtureProject("vite-8"));

  it("keeps what it writes, in development and without configuration", async () => {
    await whileDeveloped(consumer, [], (url) => assertKeepsItsData(consumer.browser, url));
  });

  it("keeps what it writes, built and without configuration", async () => {
    await consumer.project.runScript(VITE, "build");

    await whileServed(consumer, "dist", (url) => assertKeepsItsData(consumer.browser, url));
  });
});

describe("Vite 7", () => {
  const consumer = useConsumer(() => fixtureProject("vite-7"));

  it("is told in development which line it lacks", async () => {
    const error = await whileDeveloped(consumer, [], (url) => errorAt(consumer.browser, url));

    strictEqual(error.code, "WORKER_START");
    match(error.message, /add optimizeDeps: \{ exclude: \["tinypond"\] \} to vite\.config/);
  });

  it("keeps what it writes in development with that line", async () => {
    const withTheLine = ["--config=with-the-line.config.js"];

    await whileDeveloped(consumer, withTheLine, (url) => assertKeepsItsData(consumer.browser, url));
  });

  it("keeps what it writes, built and without configuration", async () => {
    await consumer.project.runScript(VITE, "build");

    await whileServed(consumer, "dist", (url) => assertKeepsItsData(consumer.browser, url));
  });
});

async function whileDeveloped({ project }, args, use) {
  const server = await startViteDev(project, ...args);
  try {
    return await use(`${server.origin}/`);
  } finally {
    await server.close();
  }
}
