import { match, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runScripts } from "./gate.mjs";
import { makeSmallTree } from "./small-tree.mjs";

describe("check:commits", () => {
  let tree;
  beforeEach(() => {
    tree = makeSmallTree();
  });
  afterEach(() => tree.remove());

  it("is green outside of a repository", async () => {
    const { code, output } = await runScripts(tree, "check:commits");

    strictEqual(code, 0, output);
  });

  it("is green in a repository without commits", async () => {
    git("init", "--quiet");

    const { code, output } = await runScripts(tree, "check:commits");

    strictEqual(code, 0, output);
  });

  it("is green on a subject in the right form", async () => {
    commit("fix(tlogfs): write blobs before the rows that name them");

    const { code, output } = await runScripts(tree, "check:commits");

    strictEqual(code, 0, output);
    match(output, /^1 commit subjects, 0 faults$/m);
  });

  it("catches a subject without a layer", () => catches("fix: write blobs first", /not type/));

  it("catches an unknown type", () => catches("feature(tinyfs): add globs", /not type/));

  it("catches an unknown layer", () => catches("feat(core): add globs", /not type/));

  it("catches a subject without a sentence", () => catches("feat(tinyfs): ", /not type/));

  it("catches a subject of 73 characters", () =>
    catches(`feat(tinyfs): ${"a".repeat(59)}`, /73 characters, at most 72/));

  it("looks only at what is not on origin/main yet", async () => {
    commit("An old subject");
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    commit("docs(repo): explain the gates");

    const { code, output } = await runScripts(tree, "check:commits");

    strictEqual(code, 0, output);
    match(output, /^1 commit subjects/m);
  });

  async function catches(subject, fault) {
    commit(subject);

    const { code, output } = await runScripts(tree, "check:commits");

    strictEqual(code, 1, output);
    match(output, fault);
  }

  function commit(subject) {
    git("init", "--quiet");
    git("commit", "--quiet", "--allow-empty", "-m", subject);
  }

  function git(...args) {
    const author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    execFileSync("git", [...author, ...args], { cwd: tree.folder });
  }
});
