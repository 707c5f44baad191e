import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const manifest = readJson("package.json");
const lock = readJson("package-lock.json");

describe("package.json", () => {
  it("names exact versions", () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });

    for (const version of versions) match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  it("leaves the major version of the peer to the user", () => {
    deepStrictEqual(manifest.peerDependencies, { "apache-arrow": ">=21.2 <22" });
    ok(!("apache-arrow" in manifest.dependencies));
  });

  it("exports only files that are built", () => {
    for (const path of paths(manifest.exports)) ok(existsSync(path), path);
  });

  it("puts the types first, where TypeScript looks for them", () => {
    const entries = Object.values(manifest.exports).filter((entry) => typeof entry === "object");

    for (const entry of entries) deepStrictEqual(Object.keys(entry), ["types", "default"]);
  });

  it("is ESM only", () => {
    strictEqual(manifest.type, "module");
    ok(!("main" in manifest));
  });

  it("runs nothing when it is installed", () => {
    for (const name of ["preinstall", "install", "postinstall", "prepare"]) {
      ok(!(name in manifest.scripts), name);
    }
  });
});

describe("CHANGELOG.md", () => {
  it("begins with what is not released yet, or with the version of package.json", () => {
    const [heading] = readFileSync("CHANGELOG.md", "utf8").match(/^## .*$/m) ?? [];

    ok(["Unreleased", manifest.version].includes(heading?.split(" ")[1]), heading);
  });
});

describe("package-lock.json", () => {
  it("has every platform's optional packages, so that npm ci accepts it on all of them", () => {
    const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );

    const missing = wanted.filter((name) => !isLocked(name));

    deepStrictEqual(missing, [], "run `npm run lock`");
  });

  it("has the version of package.json", () => {
    strictEqual(lock.version, manifest.version);
    strictEqual(lock.packages[""].version, manifest.version);
  });

  it("names no registry", () => {
    ok(!Object.values(lock.packages).some(({ resolved }) => resolved?.startsWith("http")));
  });
});

function isLocked(name) {
  return Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`));
}

/** All the targets of `exports`. */
function paths(entry) {
  return typeof entry === "string" ? [entry] : Object.values(entry).flatMap(paths);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
