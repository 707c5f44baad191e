// The check of the examples is worth something: it finds planted mistakes, and names their lines.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { launchChromium } from "../consumers/support/browser.mjs";
import { examplesOf } from "./examples.mjs";
import { ExampleProject } from "./run-examples.mjs";

const PAGE = new URL("./planted/page.md", import.meta.url);

describe("the check of examples", () => {
  const examples = examplesOf("page.md", readFileSync(PAGE, "utf8"));
  const [wrongType, wrongResult, throws, right] = examples;
  const project = new ExampleProject("planted-examples", examples);
  let browser;
  before(async () => {
    await project.build();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    project.close();
  });

  it("takes each section with code, once", () => {
    assert.deepEqual(
      examples.map(({ heading }) => heading),
      ["A wrong type", "A wrong result", "It throws", "It is right"],
    );
  });

  it("takes marked sections alone where a page is not all examples", () => {
    const text = "# A\n```ts\n1;\n```\n# B\n<!-- runs -->\n<!-- quota: 5 MB -->\n```ts\n2;\n```";

    const marked = examplesOf("README.md", text, { isMarked: true });

    assert.deepEqual(
      marked.map(({ heading, quotaBytes }) => [heading, quotaBytes]),
      [["B", 5_000_000]],
    );
  });

  it("finds a wrong type, at its line of the page", async () => {
    const output = await project.compile();

    assert.match(output, /page-md-3\.ts\(6,7\): error TS2322/);
    assert.equal(output.match(/error TS/g).length, 1);
  });

  it("finds a wrong result, at its line of the page", async () => {
    assert.match(
      await project.run(browser, wrongResult),
      /page\.md:21: the page says true, and it is false/,
    );
  });

  it("finds what throws", async () => {
    assert.match(await project.run(browser, throws), /Error: planted/);
  });

  it("has nothing against what is right", async () => {
    assert.equal(await project.run(browser, right), "");
    assert.equal(await project.run(browser, wrongType), "");
  });
});
