import { match, strictEqual } from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { assertKeepsItsData, errorAt, launchChromium, launchFirefox } from "./support/browser.mjs";
import { useConsumer } from "./support/consumer.mjs";
import { emptyProject, FIXTURES, unpackedPackage } from "./support/project.mjs";
import { serveFolder } from "./support/serve.mjs";

/** The two policies that docs/install.md gives. */
const [OWN_ORIGIN, OTHER_ORIGIN] = [
  ...readFileSync("docs/install.md", "utf8").matchAll(/^Content-Security-Policy: (.+)$/gm),
].map(([, policy]) => policy);

for (const [name, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(`a page without a bundler, in ${name}`, () => {
    let unpacked;
    let cdn;
    const consumer = useConsumer(emptyProject, launch);
    before(async () => {
      unpacked = await unpackedPackage();
      cpSync(unpacked.path("dist"), consumer.project.path("dist"), { recursive: true });
      cdn = await serveFolder(unpacked.folder, { "access-control-allow-origin": "*" });
    });
    after(() => {
      cdn?.close();
      unpacked?.remove();
    });

    it("keeps what it writes, with the package from another origin", async () => {
      await whileServed(cdn.origin, undefined, (url) => assertKeepsItsData(consumer.browser, url));
    });

    it("keeps what it writes under a strict policy, with the package from its own origin", async () => {
      await whileServed(".", OWN_ORIGIN, (url) => assertKeepsItsData(consumer.browser, url));
    });

    it("keeps what it writes under a strict policy, with the package from another origin", async () => {
      const policy = OTHER_ORIGIN.replaceAll("https://your.cdn", cdn.origin);

      await whileServed(cdn.origin, policy, (url) => assertKeepsItsData(consumer.browser, url));
    });

    const withoutOne = [
      {
        directive: "worker-src",
        from: "worker-src 'self'",
        to: "worker-src 'none'",
        words: /needs worker-src 'self'/,
      },
      {
        directive: "connect-src",
        from: "; connect-src 'self'",
        to: "",
        words: /connect-src of a Content-Security-Policy/,
      },
      {
        directive: "'wasm-unsafe-eval'",
        from: " 'wasm-unsafe-eval'",
        to: "",
        words: /allow 'wasm-unsafe-eval' in script-src/,
      },
    ];
    for (const { directive, from, to, words } of withoutOne) {
      it(`is told when its policy lacks ${directive}`, async () => {
        const policy = OWN_ORIGIN.replace(from, to);

        const error = await whileServed(".", policy, (url) => errorAt(consumer.browser, url));

        strictEqual(error.code, "WORKER_START");
        match(error.message, words);
      });
    }

    it("is told when its policy lacks blob: for workers of another origin", async () => {
      const policy = OTHER_ORIGIN.replace("blob: ", "").replaceAll("https://your.cdn", cdn.origin);

      const error = await whileServed(cdn.origin, policy, (url) => errorAt(consumer.browser, url));

      strictEqual(error.code, "WORKER_START");
      match(error.message, new RegExp(`needs worker-src blob: ${cdn.origin}`));
    });

    /** Serves the page on a port, and so an origin, of its own. */
    async function whileServed(packageOrigin, policy, use) {
      const { project } = consumer;
      for (const file of ["app.js", "index.html"])
        cpSync(`${FIXTURES}/${file}`, project.path(file));
      const main = readFileSync(`${FIXTURES}/page/main.js`, "utf8");
      writeFileSync(project.path("main.js"), main.replaceAll("https://cdn.test", packageOrigin));
      const headers = policy ? { "content-security-policy": policy } : {};
      const server = await serveFolder(project.folder, headers);
      try {
        return await use(`${server.origin}/`);
      } finally {
        server.close();
      }
    }
  });
}
