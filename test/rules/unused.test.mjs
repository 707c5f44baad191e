import { readFileSync } from "node:fs";
import { appending, describeGate, replacing } from "./gate.mjs";

const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));

// The small tree is too small to have a use for each of the package's dependencies.
const usesOfAll = [dependencies, devDependencies]
  .flatMap(Object.keys)
  .filter((name) => !name.startsWith("@types/"))
  .map((name) => `import "${name}";\n`)
  .join("");

describeGate("check:unused", {
  atOnce: true,
  extra: { "test/uses-of-all.test.ts": usesOfAll },
  faults: [
    {
      name: "an export that nobody imports",
      files: { "src/tlogfs/oplog.ts": appending("export const unusedValue = 1;") },
      reports: /Unused exports [\s\S]*unusedValue +src\/tlogfs\/oplog.ts/,
    },
    {
      name: "a type that nobody imports",
      files: { "src/tlogfs/oplog.ts": appending("export type UnusedType = 1;") },
      reports: /Unused exported types [\s\S]*UnusedType +type +src\/tlogfs\/oplog.ts/,
    },
    {
      name: "a file that nobody imports",
      files: { "src/tlogfs/unused.ts": "export const unused = 1;\n" },
      reports: /Unused files [\s\S]*src\/tlogfs\/unused.ts/,
    },
    {
      name: "a dependency that nobody imports",
      files: {
        "package.json": replacing(
          '"dependencies": {',
          '"dependencies": {\n    "left-pad": "1.3.0",',
        ),
      },
      reports: /Unused dependencies [\s\S]*left-pad +package.json/,
    },
    {
      name: "a package that package.json does not name",
      files: { "src/tlogfs/oplog.ts": appending('import "picomatch";') },
      reports: /Unlisted dependencies [\s\S]*picomatch +src\/tlogfs\/oplog.ts/,
    },
  ],
});
