import { match, strictEqual } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { judgeRun, parseTotals } from "../../tools/totals.mjs";
import { runScripts } from "./gate.mjs";
import { makeSmallTree } from "./small-tree.mjs";

describe("test:browser", () => {
  let tree;
  before(() => {
    tree = makeSmallTree();
  });
  after(() => tree.remove());

  it("ends with the totals", async () => {
    const { code, output } = await run({});

    strictEqual(code, 0, output);
    match(output, /\n1 passed, 0 failed\n$/);
  });

  it("counts failed and skipped tests", async () => {
    const { code, output } = await run({
      "test/failing.test.ts":
        'it("fails", () => {\n  throw new Error("a");\n});\nit.skip("waits", () => {});\n',
    });

    strictEqual(code, 1, output);
    match(output, /\n1 passed, 1 failed, 1 skipped\n$/);
  });

  it("counts a file that does not load as a failure", async () => {
    const { code, output } = await run({ "test/broken.test.ts": 'import "../src/missing.ts";\n' });

    strictEqual(code, 1, output);
    match(output, /\n1 passed, 1 failed\n$/);
  });

  function run(files) {
    return tree.with([files], () => runScripts(tree, "test:browser"));
  }
});

describe("run-node-tests", () => {
  let tree;
  before(() => {
    tree = makeSmallTree();
  });
  after(() => tree.remove());

  it("counts tests and not suites", async () => {
    const { code, output } = await run(
      'describe("a", () => {\n  it("b", () => {});\n  it.skip("c", () => {});\n});\n',
    );

    strictEqual(code, 0, output);
    match(output, /\n1 passed, 0 failed, 1 skipped\n$/);
  });

  it("fails with a failing test", async () => {
    const { code, output } = await run('it("a", () => {\n  throw new Error("b");\n});\n');

    strictEqual(code, 1, output);
    match(output, /\n0 passed, 1 failed\n$/);
  });

  it("fails with a file that does not load", async () => {
    const { code, output } = await run('import "./missing.mjs";\n');

    strictEqual(code, 1, output);
    match(output, /\n0 passed, 1 failed\n$/);
  });

  it("fails with a hook that fails", async () => {
    const { code, output } = await run(
      'describe("a", () => {\n  after(() => {\n    throw new Error("b");\n  });\n  it("c", () => {});\n});\n',
    );

    strictEqual(code, 1, output);
    match(output, /\n1 passed, 1 failed\n$/);
  });

  it("fails without tests", async () => {
    const { code, output } = await run("");

    strictEqual(code, 1, output);
    match(output, /\n0 passed, 0 failed\n$/);
  });

  function run(text) {
    const imports = 'import { after, describe, it } from "node:test";\n';
    const files = {
      "outside/a.test.mjs": text && imports + text,
      "package.json": (manifest) =>
        manifest.replace(
          '"scripts": {',
          '"scripts": {\n    "outside": "node tools/run-node-tests.mjs outside",',
        ),
    };
    return tree.with([files], () => runScripts(tree, "outside"));
  }
});

describe("parseTotals()", () => {
  it("takes the last line of totals", () => {
    const totals = parseTotals("1 passed, 0 failed\nmore\n5 passed, 2 failed, 3 skipped\n");

    strictEqual(JSON.stringify(totals), '{"passed":5,"failed":2,"skipped":3}');
  });

  it("finds none in other text", () => {
    strictEqual(parseTotals("all 5 passed, 0 failed tests"), undefined);
  });
});

describe("judgeRun()", () => {
  it("counts a run that broke off as a failure", () => {
    strictEqual(judgeRun({ code: 1, output: "5 passed, 0 failed\n" }).failed, 1);
    strictEqual(judgeRun({ code: "SIGKILL", output: "" }).failed, 1);
  });
});
