import { describeGate, replacing } from "./gate.mjs";

describeGate("check:licences", {
  prepare: "docs:licences",
  faults: [
    {
      name: "a dependency that the page does not list",
      files: {
        "package.json": replacing('"dependencies": {', '"dependencies": {\n    "chai": "6.3.0",'),
      },
      reports: /docs\/licences\.md is not what is installed: npm run docs:licences/,
    },
    {
      name: "a licence that is not allowed",
      files: { "tools/licences.mjs": replacing('  "BlueOak-1.0.0",\n', "") },
      first: ["docs:licences"],
      reports: /lru-cache has the licence "BlueOak-1\.0\.0"; allowed are/,
    },
    {
      name: "a crate whose licence nobody has looked up",
      files: { "tools/crates.json": replacing('  "snap": "BSD-3-Clause",\n', "") },
      reports: /licence of the crate snap is not in tools\/crates\.json/,
    },
  ],
});
