/** What each layer may import besides itself: the layers below it, and npm packages. */
const layers = {
  tinyfs: { below: [], npm: ["uuidv7"] },
  worker: {
    below: ["tinyfs"],
    npm: ["comlink", "hash-wasm", "parquet-wasm", "hyparquet", "hyparquet-writer"],
  },
  tlogfs: { below: ["tinyfs"], npm: ["idb-keyval", "uuidv7"] },
  arrow: { below: ["tinyfs", "worker"], npm: ["apache-arrow", "lru-cache"] },
  query: { below: ["tinyfs", "arrow"], npm: ["@duckdb/duckdb-wasm"] },
  interop: { below: ["tinyfs", "arrow"], npm: ["apache-arrow"] },
  replicate: { below: ["tinyfs", "tlogfs", "worker", "arrow"], npm: ["aws4fetch"] },
  // Above the composition root: it uses what users of the package use.
  shell: { below: [], entries: ["^src/(index|interop/index)[.]ts$"], npm: ["apache-arrow", "mri"] },
};

/** Only names and types of the platform: every layer may import them. */
const PLATFORM = ["^src/symbols[.]ts$", "^src/opfs[.]d[.]ts$"];

/** `pond.ts`, `index.ts` and what stands beside them: the composition root. */
const ROOT = "^src/[^/]+[.]ts$";

const inLayer = (layer) => `^src/${layer}/`;
const inPackage = (name) => `node_modules/${name}/`;

const layerRules = Object.entries(layers).map(([layer, { below, entries = [], npm }]) => ({
  name: `${layer}-imports-only-downward`,
  severity: "error",
  from: { path: inLayer(layer) },
  to: {
    pathNot: [...[layer, ...below].map(inLayer), ...entries, ...npm.map(inPackage), ...PLATFORM],
  },
}));

const rootRule = {
  name: "root-imports-all-but-shell",
  severity: "error",
  from: { path: ROOT },
  to: {
    pathNot: [
      ROOT,
      ...Object.keys(layers)
        .filter((layer) => layer !== "shell")
        .map(inLayer),
    ],
  },
};

const PUBLIC_ENTRIES = [
  "^dist/index[.](js|d[.]ts)$",
  "^dist/[a-z]+/index[.](js|d[.]ts)$",
  "^dist/standalone/tinypond[.]js$",
];

export default {
  forbidden: [
    ...layerRules,
    rootRule,
    {
      name: "users-use-public-entries",
      comment: 'The demo and the bench import "tinypond" and its entry points, as every user does',
      severity: "error",
      from: { path: ["^demo/", "^bench/page/"] },
      to: { path: ["^src/", "^test/", "^tools/", "^dist/"], pathNot: PUBLIC_ENTRIES },
    },
    {
      name: "arrow-is-loaded-on-first-use",
      comment: "Types of apache-arrow are free; the module itself comes by import() on first use",
      severity: "error",
      from: { path: "^src/" },
      to: {
        path: inPackage("apache-arrow"),
        dynamic: false,
        dependencyTypesNot: ["type-only", "type-import"],
      },
    },
    {
      name: "not-resolvable",
      severity: "error",
      from: {},
      // The package's own name leads to dist/, which need not be built yet.
      to: { couldNotResolve: true, pathNot: "^tinypond(/|$)" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: ["[.]worker[.]ts$", "[.]d[.]ts$"] },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "browser", "import", "default"],
    },
    doNotFollow: { path: ["node_modules", "^dist"] },
  },
};
