import { appending, describeGate } from "./gate.mjs";

describeGate("check:promises", {
  atOnce: true,
  faults: [
    {
      name: "a floating promise in the sources",
      files: { "src/arrow/index.ts": appending("readRows(new Uint8Array());") },
      reports: inFile("no-floating-promises", "src/arrow/index.ts"),
    },
    {
      name: "a floating promise of an inferred type",
      files: {
        "src/pond.ts": appending(
          "export function openAll(names: string[]): void {",
          "  names.map(openPond).at(0)?.then(String);",
          "}",
        ),
      },
      reports: inFile("no-floating-promises", "src/pond.ts"),
    },
    {
      name: "a floating promise in a test",
      files: {
        "test/pond.test.ts":
          'import { openPond } from "../src/index.ts";\n\nit("opens", () => {\n  openPond("a");\n});\n',
      },
      reports: inFile("no-floating-promises", "test/pond.test.ts"),
    },
    {
      name: "a floating promise in the demo",
      files: { "demo/main.ts": appending("pond.countRows(new Uint8Array());") },
      reports: inFile("no-floating-promises", "demo/main.ts"),
    },
    {
      name: "a promise taken for a condition",
      files: {
        "src/tlogfs/oplog.ts": appending(
          'export const isOpen: boolean = openOplog("a") ? true : false;',
        ),
      },
      reports: inFile("no-misused-promises", "src/tlogfs/oplog.ts"),
    },
    {
      name: "an async callback where nobody awaits it",
      files: {
        "src/pond.ts": appending(
          "export function openEach(names: string[]): void {",
          "  names.forEach(async (name) => {",
          "    await openPond(name);",
          "  });",
          "}",
        ),
      },
      reports: inFile("no-misused-promises", "src/pond.ts"),
    },
  ],
});

/** The rule's message, as an error (x), and the place in the next line. */
function inFile(rule, path) {
  return new RegExp(`x typescript\\(${rule}\\)[^\\n]*\\n\\s*,-\\[${path}:`);
}
