import { appending, describeGate, prepending } from "./gate.mjs";

const PATH = "src/tinyfs/path.ts";

describeGate("check:lint", {
  faults: [
    {
      name: "browser storage in the core",
      files: { [PATH]: appending('export const request = indexedDB.open("a");') },
      reports: error(PATH, "noRestrictedGlobals"),
    },
    {
      name: "a Worker in the core",
      files: { [PATH]: appending('export const worker = new Worker("a");') },
      reports: error(PATH, "noRestrictedGlobals"),
    },
    {
      name: "the network in the core",
      files: { [PATH]: appending('export const answer = fetch("/a");') },
      reports: error(PATH, "noRestrictedGlobals"),
    },
    {
      name: "a default export",
      files: { "src/tinyfs/name.ts": "export default 1;\n" },
      reports: error("src/tinyfs/name.ts", "noDefaultExport"),
    },
    {
      name: "any",
      files: { [PATH]: appending("export type Anything = any;") },
      reports: error(PATH, "noExplicitAny"),
    },
    {
      name: "a non-null assertion",
      files: { [PATH]: appending('export const first = splitPath("/a")[0]!;') },
      reports: error(PATH, "noNonNullAssertion"),
    },
    {
      name: "an enum",
      files: { [PATH]: appending("export enum Kind {\n  File,\n}") },
      reports: error(PATH, "noEnum"),
    },
    {
      name: "a parameter property",
      files: {
        [PATH]: appending("export class Name {\n  constructor(readonly text: string) {}\n}"),
      },
      reports: error(PATH, "noParameterProperties"),
    },
    {
      name: "an accessibility modifier",
      files: { [PATH]: appending("export class Name {\n  private text = 1;\n}") },
      reports: error(PATH, "useConsistentMemberAccessibility"),
    },
    {
      name: "console",
      files: { [PATH]: appending('console.log("a");') },
      reports: error(PATH, "noConsole"),
    },
    {
      name: "export *",
      files: { "src/tinyfs/index.ts": appending('export * from "./path.ts";') },
      reports: error("src/tinyfs/index.ts", "noReExportAll"),
    },
    {
      name: "a barrel that is no index.ts",
      files: { "src/tinyfs/all.ts": 'export { splitPath } from "./path.ts";\n' },
      reports: error("src/tinyfs/all.ts", "noBarrelFile"),
    },
    {
      name: "a file name that is not in kebab-case",
      files: { "src/tinyfs/pathName.ts": "export const name = 1;\n" },
      reports: error("src/tinyfs/pathName.ts", "useFilenamingConvention"),
    },
    {
      name: "an import without the file's extension",
      files: { "src/tinyfs/index.ts": appending('export { splitPath as split } from "./path";') },
      reports: error("src/tinyfs/index.ts", "useImportExtensions"),
    },
    {
      name: "a type imported as a value",
      files: {
        "src/interop/lines.ts": prepending(
          'import { Pond } from "../pond.ts";\n\nexport type P = Pond;',
        ),
      },
      reports: error("src/interop/lines.ts", "useImportType"),
    },
    {
      name: "an unused import",
      files: { "src/interop/index.ts": prepending('import { toLines as t } from "./lines.ts";') },
      reports: error("src/interop/index.ts", "noUnusedImports"),
    },
    {
      name: "a thrown string",
      files: { [PATH]: appending('export function fail(): never {\n  throw "a";\n}') },
      reports: error(PATH, "useThrowOnlyError"),
    },
    {
      name: "an error that loses its cause",
      files: {
        [PATH]: appending(
          'export function fail(): void {\n  try {\n    splitPath("/a");\n  } catch (error) {\n    throw new Error("b");\n  }\n}',
        ),
      },
      reports: error(PATH, "useErrorCause"),
    },
    {
      name: "an import cycle",
      files: {
        [PATH]: prepending('import { name } from "./name.ts";\n\nexport const path = name;'),
        "src/tinyfs/name.ts": 'import { path } from "./path.ts";\n\nexport const name = path;\n',
      },
      reports: error("src/tinyfs/name.ts", "noImportCycles"),
    },
    {
      name: "formatting",
      files: { "demo/main.ts": appending("const   a=1") },
      reports: error("demo/main.ts", "format"),
    },
  ],
});

/** The heading of a finding: the place, then the rule. */
function error(path, rule) {
  return new RegExp(`^${path}[: ].*\\b${rule} .*━`, "m");
}
