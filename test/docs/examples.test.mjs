// What the pages show compiles against the package's types, runs in a real browser, and comes out as said.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { launchChromium } from "../consumers/support/browser.mjs";
import { examplesOf } from "./examples.mjs";
import { ExampleProject } from "./run-examples.mjs";

const PAGES = [
  { page: "docs/guide.md" },
  { page: "docs/migrating.md" },
  { page: "README.md", isMarked: true },
];

const examples = PAGES.flatMap(({ page, isMarked }) => {
  return examplesOf(page, readFileSync(page, "utf8"), { isMarked });
});

describe("the examples of the docs", () => {
  const project = new ExampleProject("doc-examples", examples);
  let browser;
  before(async () => {
    await project.build();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    project.close();
  });

  it("are there, on every page", () => {
    for (const { page } of PAGES) {
      const prefix = page.replace(/\W+/g, "-");
      assert.ok(
        examples.some(({ name }) => name.startsWith(prefix)),
        page,
      );
    }
  });

  it("compile under strict TypeScript", async () => {
    assert.equal(await project.compile(), "");
  });

  for (const example of examples) {
    it(`run: ${example.heading} (${example.name})`, async () => {
      assert.equal(await project.run(browser, example), "");
    });
  }
});
