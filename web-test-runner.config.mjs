import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { esbuildPlugin } from "@web/dev-server-esbuild";
import { defaultReporter } from "@web/test-runner";
import puppeteer from "puppeteer-core";
import { chromiumOptions, findChromium, findFirefox } from "./test/runner/browsers.mjs";
import { bundledWorkers } from "./test/runner/bundled-workers.mjs";
import { isolatedLauncher } from "./test/runner/isolated-launcher.mjs";
import { findMiniBrowser, miniBrowserLauncher } from "./test/runner/minibrowser-launcher.mjs";
import { summaryReporter } from "./test/runner/summary-reporter.mjs";

const wanted = (process.env.BROWSERS ?? "chromium").split(",");
const launchers = { chromium, firefox, webkit, "webkit-plain": plainWebkit };
for (const name of wanted) {
  if (!(name in launchers))
    throw new Error(`BROWSERS names "${name}": use ${Object.keys(launchers).join(", ")}`);
}

async function chromium() {
  const { path, from } = await findChromium();
  console.log(`chromium: ${path} (${from})`);
  // What is dropped without being closed is tested.
  return isolatedLauncher({ launchOptions: await chromiumOptions(["--js-flags=--expose-gc"]) });
}

function firefox() {
  const executablePath = findFirefox();
  if (!executablePath) {
    throw new Error("BROWSERS asks for firefox and none is installed (or set FIREFOX_PATH)");
  }
  return isolatedLauncher({
    puppeteer,
    concurrency: 1,
    launchOptions: {
      browser: "firefox",
      executablePath,
      headless: true,
      extraPrefsFirefox: { "dom.testing.testutils.enabled": true }, // garbage collection on demand
    },
  });
}

function webkit(options = {}) {
  if (!findMiniBrowser()) {
    throw new Error(
      "BROWSERS asks for webkit and there is no MiniBrowser (Debian: webkit2gtk-driver and xvfb)",
    );
  }
  return miniBrowserLauncher({ concurrency: 1, ...options });
}

/** WebKitGTK as it comes: a browser without OPFS. */
function plainWebkit() {
  return webkit({ features: [] });
}

const everything = [
  "test/{arrow,interop,model,pond,shell,tinyfs,tlogfs,worker}/*.test.ts",
  "test/arrow/{evolution,reading}/*.test.ts",
  "test/*.test.ts", // planted by test/rules
];
// In Firefox: what engines differ in, which is storage, locks, workers, and whole ponds on them with their tables.
// Not again: what runs on ponds in memory, the codec's own matrices, whose wasm is the same in each engine, and
// what takes minutes where IndexedDB is slow.
const inFirefox = [
  "test/{pond,tlogfs,worker}/*.test.ts",
  "test/arrow/{parallel-encoding,types-table}.test.ts",
  "!test/tlogfs/{contract-indexeddb,contract-writable,model,plateau}.test.ts",
  "!test/tlogfs/{check,check-model,corruption,group-commit,repair,retention-kills}.test.ts",
  "!test/worker/{page-index-reading,pages,parquet-encodings,splice,splice-indexes}.test.ts",
];
// In WebKitGTK: the core, what the storage worker does without sync handles, and whole ponds.
const inWebKit = [
  "test/{pond,tinyfs}/*.test.ts",
  "test/tlogfs/contract-indexeddb.test.ts",
  "test/worker/{remote,storage}*.test.ts",
];
const filesOf = {
  chromium: everything,
  firefox: inFirefox,
  webkit: inWebKit,
  "webkit-plain": ["test/pond/{browsers,without-opfs}.test.ts"],
};
const isAskedForFiles = process.argv.includes("--files");

export default {
  nodeResolve: { exportConditions: ["browser", "development"] },
  concurrency: 2,
  concurrentBrowsers: 2, // much of a test is waiting
  testFramework: { config: { ui: "bdd", timeout: 20_000 } },
  browserStartTimeout: 60_000,
  testsStartTimeout: 120_000,
  testsFinishTimeout: Math.max(900_000, 60_000 + 4_000 * Number(process.env.MODEL_RUNS ?? 0)),
  middleware: [
    // `npm run docs:types`, `docs:console`, `docs:browsers`: the test that proves a page writes it.
    async (context, next) => {
      const page = `/docs/${process.env.WRITE_DOCS}.md`;
      if (context.method !== "PUT" || context.path !== page) return await next();
      await writeFile(new URL(`.${page}`, import.meta.url), await text(context.req));
      context.status = 204;
    },
    bundledWorkers(),
    // `new URL("./x.worker.js", import.meta.url)` in TypeScript source: the file on disk is .ts
    (context, next) => {
      if (/^\/src\/.*\.js$/.test(context.path)) context.path = context.path.replace(/\.js$/, ".ts");
      return next();
    },
  ],
  plugins: [
    esbuildPlugin({
      ts: true,
      target: "es2022",
      tsconfig: fileURLToPath(new URL("./tsconfig.json", import.meta.url)),
      define: { MODEL_SETTINGS: JSON.stringify(modelSettings()) },
    }),
  ],
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: !process.env.CI }),
    summaryReporter({ slowest: Number(process.env.SLOWEST ?? 0) }),
  ],
  ...(isAskedForFiles
    ? { browsers: await Promise.all(wanted.map((name) => launchers[name]())) }
    : { groups: await Promise.all(wanted.flatMap(enginesOf).map(groupOf)) }),
};

/** How much the random tests try: pages have no environment. */
function modelSettings() {
  const { MODEL_RUNS, MODEL_SEED, MODEL_PATH } = process.env;
  return {
    ...(MODEL_RUNS && { runs: Number(MODEL_RUNS) }),
    ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
    ...(MODEL_PATH && { path: MODEL_PATH }),
  };
}

/** Who asks for WebKit means it with and without OPFS. */
function enginesOf(name) {
  return name === "webkit" ? ["webkit", "webkit-plain"] : [name];
}

async function groupOf(name) {
  return { name, files: filesOf[name], browsers: [await launchers[name]()] };
}
