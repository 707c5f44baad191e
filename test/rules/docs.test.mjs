import { appending, describeGate, replacing } from "./gate.mjs";

describeGate("check:docs", {
  atOnce: true,
  faults: [
    {
      name: "a public function without a doc block",
      files: { "src/interop/lines.ts": replacing("/** One name a line. */", "") },
      reports: /toLines.*does not have any documentation/,
    },
    {
      name: "a public member without a doc block",
      files: { "src/pond.ts": replacing("/** The names on a path. */", "") },
      reports: /Pond\.names.*does not have any documentation/,
    },
    {
      name: "a public type that is not exported",
      files: {
        "src/tinyfs/index.ts": replacing("{ splitPath }", "{ joinNames, splitPath }"),
        "src/tinyfs/path.ts": appending(
          "/** Names. */",
          "export interface Hidden {",
          "  /** Them. */",
          "  names: string[];",
          "}",
          "",
          "/** Joins names. */",
          "export function joinNames(hidden: Hidden): string {",
          '  return hidden.names.join("/");',
          "}",
        ),
      },
      reports: /Hidden.*not included in the documentation/,
    },
    {
      name: "a link that leads nowhere",
      files: { "src/pond.ts": replacing("Opens a pond.", "Opens a {@link Pnod}.") },
      reports: /resolve link to "Pnod"/,
    },
  ],
});
