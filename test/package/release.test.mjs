import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand } from "../../tools/run-command.mjs";

describe("a release", () => {
  let folder;
  let published;
  before(async () => {
    folder = copyOfSources();
    const args = ["publish", "--dry-run", "--json"];
    published = await runCommand("npm", args, { cwd: folder, env: withoutRegistry() });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is published from the sources alone: npm publish builds what is not there", () => {
    strictEqual(published.code, 0, published.output.slice(-2000));
    match(published.output, /"path": "dist\/standalone\/tinypond\.js"/);
  });

  it("is built byte for byte as it was before", () => {
    deepStrictEqual(hashes(join(folder, "dist")), hashes("dist"));
  });

  it("gets its number from npm version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const [major, minor, patch] = version.split(".").map(Number);
    const args = ["version", "patch", "--no-git-tag-version", "--silent"];

    const { code, output } = await runCommand("npm", args, { cwd: folder });

    strictEqual(code, 0, output);
    const { version: next } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    strictEqual(next, `${major}.${minor}.${patch + 1}`);
  });
});

/** What a clone has, and what was installed; nothing that was built. */
function copyOfSources() {
  const folder = mkdtempSync(join(tmpdir(), "tinypond-release-"));
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  for (const path of execFileSync("git", args, { encoding: "utf8" })
    .split("\0")
    .filter(existsSync)) {
    cpSync(path, join(folder, path), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** A dry run asks no registry who is logged in; this one could not even be reached. */
function withoutRegistry() {
  return { ...process.env, npm_config_registry: "http://127.0.0.1:9/" };
}

/** The hash of every file below a folder. */
function hashes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(
    paths
      .sort()
      .map((path) => [
        path.slice(folder.length + 1).replaceAll("\\", "/"),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}
