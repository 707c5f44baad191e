import { appending, describeGate, replacing } from "./gate.mjs";

describeGate("check:api", {
  prepare: "docs:api",
  faults: [
    {
      name: "a public signature that was changed",
      files: {
        "src/pond.ts": replacing(
          "names(path: string): string[]",
          "names(path: string): readonly string[]",
        ),
      },
      reports:
        /^- +names\(path: string\): string\[\];\n\+ +names\(path: string\): readonly string\[\];[\s\S]*npm run docs:api/m,
    },
    {
      name: "a name that is gone",
      files: { "src/interop/index.ts": replacing("{ toLines }", "{ toLines as toNames }") },
      reports: /^-export function toLines/m,
    },
    {
      name: "a class that can no longer be made, as only its type is exported",
      files: { "src/index.ts": replacing("{ openPond, type Pond }", "type { openPond, Pond }") },
      reports: /^-Values: `openPond`/m,
    },
    {
      name: "a type in a signature that no entry point exports",
      files: {
        "src/tinyfs/index.ts": replacing("{ splitPath }", "{ joinNames, splitPath }"),
        "src/tinyfs/path.ts": appending(
          "export interface Hidden {",
          "  names: string[];",
          "}",
          "",
          "export function joinNames(hidden: Hidden): string {",
          '  return hidden.names.join("/");',
          "}",
        ),
      },
      first: ["docs:api"],
      reports: /mentions "Hidden", which no entry point exports/,
    },
  ],
});
