// The two pictures of the README, taken of the built page: `npm run screenshots`.
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { BrowserProfile } from "./browser-profile.mjs";
import { untilRowsAreRead } from "./demo-driver.mjs";
import { serveDemo } from "./demo-server.mjs";
import { dataFile } from "./expected.mjs";

const FOLDER = new URL("../../docs/images/", import.meta.url);
const VIEWPORT = { width: 1200, height: 720 };
const LARGEST_BYTES = 200_000;
const FILES = ["flights-3m.parquet", "flights-200k.arrow", "birdstrikes.csv", "cars.json"];
const TIMEOUT = { timeout: 120_000 };

const profile = new BrowserProfile("chromium");
await profile.start();
const server = await serveDemo();
try {
  await mkdir(FOLDER, { recursive: true });
  const page = await profile.newPage();
  await page.setViewport(VIEWPORT);
  await page.goto(server.url);
  await page.waitForSelector("html[data-ready]");
  await fill(page);
  await scheme(page, "light");
  await take(page, "explorer-files");
  await scheme(page, "dark");
  await page.click('[data-name="flights-3m.parquet"] .name');
  await untilRowsAreRead(page);
  await take(page, "explorer-table");
} finally {
  await profile.close();
  server.close();
}

/** Something to look at: folders, notes, tables, a series by month. */
async function fill(page) {
  await page.evaluate(async () => {
    const { root } = window.tinypondDemo.pond;
    await root.createDir("/notes/2026", { recursive: true });
    await root.writeFile("/notes/2026/stations.md", "# Stations\n");
    await root.writeFile("/notes/read-me.md", "# What is here\n");
    await root.createSymlink("/newest", "/notes/2026");
  });
  await (await page.$("#file-input")).uploadFile(...FILES.map(dataFile));
  const areDone = (count) =>
    document.querySelectorAll('.import[data-state="done"]').length === count;
  await page.waitForFunction(areDone, TIMEOUT, FILES.length);
  await page.reload();
  await page.waitForSelector("html[data-ready]");
  await page.focus(".file-grid");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector('[data-name="read-me.md"]');
  await page.waitForFunction(() =>
    /file/.test(document.querySelector("#storage-figures").textContent),
  );
  await page.evaluate(() => document.activeElement.blur());
}

function scheme(page, value) {
  return page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
}

async function take(page, name) {
  const path = fileURLToPath(new URL(`${name}.png`, FOLDER));
  await page.screenshot({ path });
  const { size } = await stat(path);
  if (size > LARGEST_BYTES) throw new Error(`${name}.png has ${size} bytes`);
  console.log(`${path}: ${size} bytes`);
}
