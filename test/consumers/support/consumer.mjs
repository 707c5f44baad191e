import { cpSync } from "node:fs";
import { after, before } from "node:test";
import { launchChromium } from "./browser.mjs";
import { serveFolder } from "./serve.mjs";

/**
 * Within a `describe`: a project and a browser for all of its tests.
 * @param make makes the project
 * @param launch starts the browser
 * @returns both, once the tests run
 */
export function useConsumer(make, launch = launchChromium) {
  const consumer = {};
  before(async () => {
    consumer.project = await make();
    consumer.browser = await launch();
  });
  after(async () => {
    await consumer.browser?.close();
    consumer.project?.remove();
  });
  return consumer;
}

/** Serves a folder of the project while `use` runs, with the page in it. */
export async function whileServed({ project }, folder, use) {
  const server = await serveFolder(project.path(folder));
  try {
    return await use(`${server.origin}/`);
  } finally {
    server.close();
  }
}

/** Puts the shared page beside what a bundler made of the app. */
export function addPage({ project }, folder) {
  cpSync(project.path("index.html"), project.path(folder, "index.html"));
}
