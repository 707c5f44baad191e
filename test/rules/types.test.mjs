import { appending, describeGate, replacing } from "./gate.mjs";

describeGate("check:types", {
  faults: [
    {
      name: "a type error in the sources",
      files: { "src/tinyfs/path.ts": appending("export const sum: number = splitPath;") },
      reports: /src\/tinyfs\/path.ts.*TS2322/,
    },
    {
      name: "a public function without a return type",
      files: { "src/tinyfs/path.ts": replacing("): string[] {", ") {") },
      reports: /src\/tinyfs\/path.ts.*TS9007/,
    },
    {
      name: "a type error in a test",
      files: { "test/path.test.ts": appending("splitPath(1);") },
      reports: /test\/path.test.ts.*TS2345/,
    },
    {
      name: "a type error in the demo",
      files: { "demo/main.ts": appending("pond.names(1);") },
      reports: /demo\/main.ts.*TS2345/,
    },
    {
      name: "a public signature that the type tests do not expect",
      files: {
        "src/pond.ts": replacing(
          "names(path: string): string[];",
          "names(path: string): readonly string[];",
        ),
      },
      reports: /test\/types\/pond.ts.*TS/,
    },
    {
      name: "a type error in the bench",
      files: { "bench/page/main.ts": appending("pond.names(1);") },
      reports: /bench\/page\/main.ts.*TS2345/,
    },
  ],
});
