// Compiles the examples of some pages under strict TypeScript, builds them as a user's bundler does, and
// runs each in a page with storage of its own.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { runCommand } from "../../tools/run-command.mjs";
import { serveFolder } from "../consumers/support/serve.mjs";
import { pagesOverBuild } from "../runner/pages-over-build.mjs";

const CHECK = new URL("./check.ts", import.meta.url);

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable", "esnext.disposable"],
    module: "esnext",
    moduleResolution: "bundler",
    moduleDetection: "force",
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
  include: ["*.ts"],
};

/** Programs in a folder of their own, below the package, whose name they import. */
export class ExampleProject {
  #examples;
  #folder;
  #server;

  /** @param name of the folder */
  constructor(name, examples) {
    this.#examples = examples;
    this.#folder = resolve(".artifacts", name);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    cpSync(CHECK, join(this.#folder, "check.ts"));
    writeFileSync(join(this.#folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    for (const example of examples) writeFileSync(this.#path(example), example.program);
  }

  /** @returns what the compiler has to say: nothing, or its errors */
  async compile() {
    const { code, output } = await runCommand(process.execPath, [
      "node_modules/typescript/bin/tsc",
      ...["-p", this.#folder, "--pretty", "false"],
    ]);
    return code === 0 ? "" : output;
  }

  async build() {
    const input = Object.fromEntries(
      this.#examples.map((example) => [example.name, this.#path(example)]),
    );
    await build(
      pagesOverBuild({
        root: this.#folder,
        build: {
          input,
          output: { entryFileNames: "[name].js" },
          minify: false,
          modulePreload: false,
        },
      }),
    );
    writeFileSync(join(this.#folder, "dist/index.html"), "<!doctype html><title>Example</title>");
    this.#server = await serveFolder(join(this.#folder, "dist"));
  }

  /** @returns the error that a program ends with; nothing where it runs to its end */
  async run(browser, { name, quotaBytes }) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const { origin } = this.#server;
    try {
      await page.goto(origin);
      if (quotaBytes) {
        const client = await page.createCDPSession();
        await client.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: quotaBytes });
      }
      return await page.evaluate(async (url) => {
        try {
          await import(url);
          return "";
        } catch (error) {
          return `${error?.stack ?? error}`;
        }
      }, `${origin}/${name}.js`);
    } finally {
      await context.close();
    }
  }

  close() {
    this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #path({ name }) {
    return join(this.#folder, `${name}.ts`);
  }
}
