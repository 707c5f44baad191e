// Measures TinyPond against the same work done by hand, in one run of one browser, and prints ratios.
// `npm run bench` runs all tasks, `npm run bench -- small-files` one of them. BENCH_QUERY gives tasks that
// take parameters theirs (`rows=1000000`), BENCH_DIST is another build than dist/.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { build, preview } from "vite";
import { findChromium, findFirefox } from "../test/runner/browsers.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = process.env.BENCH_DIST ?? fileURLToPath(new URL("../dist", import.meta.url));
const site = mkdtempSync(join(tmpdir(), "tinypond-bench-"));

const config = {
  configFile: false,
  logLevel: "error",
  root: join(root, "page"),
  base: "./",
  resolve: { alias: [{ find: /^tinypond$/, replacement: join(dist, "index.js") }] },
  worker: { format: "es" },
  build: { outDir: site, emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
};

// An isolated page has clocks of 5 µs; others see a tenth of a millisecond.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const asked = process.argv.slice(2);
const results = [];
await build(config);
const server = await preview({ ...config, preview: { port: 0, host: "127.0.0.1", headers } });
try {
  for (const name of (process.env.BROWSERS ?? "chromium").split(",")) {
    results.push(...(await measureIn(name, server.resolvedUrls.local[0])));
  }
} finally {
  await server.close();
  rmSync(site, { recursive: true, force: true });
}
print(results);
writeFileSync(join(root, "results.json"), `${JSON.stringify(results, null, 2)}\n`);

async function measureIn(name, url) {
  const browser = await launch(name);
  try {
    const found = [];
    for (const task of await taskNames(browser, url)) {
      console.error(`${name}: ${task}`);
      found.push(...(await measure(browser, url, { browser: name, task })));
    }
    return found;
  } finally {
    await browser.close();
  }
}

async function taskNames(browser, url) {
  const page = await openBench(browser, url);
  const names = await page.evaluate(() => Object.keys(globalThis.bench.tasks));
  await page.close();
  return names.filter((task) => asked.length === 0 || asked.includes(task));
}

/** Each task has a page of its own: what one leaves to be collected is not another's pause. */
async function measure(browser, url, about) {
  const page = await openBench(browser, url);
  const figures = await page.evaluate((task) => globalThis.bench.tasks[task](), about.task);
  await page.close();
  return figures.map((figure) => ({ ...about, ...figure }));
}

async function openBench(browser, url) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(`${url}?${process.env.BENCH_QUERY ?? ""}`);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  return page;
}

async function launch(name) {
  const timeouts = { protocolTimeout: 30 * 60_000 };
  if (name === "firefox") {
    return puppeteer.launch({ ...timeouts, browser: "firefox", executablePath: findFirefox() });
  }
  const chromium = await findChromium();
  const args = ["--disable-background-networking", "--js-flags=--expose-gc"];
  if (chromium.noSandbox || process.getuid?.() === 0) args.push("--no-sandbox");
  const { path: executablePath, headless = true, env } = chromium;
  return puppeteer.launch({ ...timeouts, executablePath, headless, env, args });
}

function print(figures) {
  const rows = figures.map(({ browser, task, what, value, unit, limit, detail }) => {
    const met = limit === undefined ? "" : value <= limit ? "met" : "MISSED";
    return { browser, task, what, value: `${value} ${unit}`, limit: limit ?? "", met, detail };
  });
  console.table(rows);
}
