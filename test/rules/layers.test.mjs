import { appending, describeGate, prepending } from "./gate.mjs";

describeGate("check:layers", {
  atOnce: true,
  faults: [
    {
      name: "an import from a higher layer",
      files: {
        "src/tinyfs/path.ts": prepending('import { openOplog } from "../tlogfs/oplog.ts";'),
      },
      reports: /error tinyfs-imports-only-downward: src\/tinyfs\/path.ts → src\/tlogfs\/oplog.ts/,
    },
    {
      name: "a type import from a higher layer",
      files: {
        "src/tinyfs/index.ts": prepending(
          'import type { startStorage } from "../worker/storage-client.ts";',
        ),
      },
      reports:
        /error tinyfs-imports-only-downward: src\/tinyfs\/index.ts → src\/worker\/storage-client.ts/,
    },
    {
      name: "an import() from a higher layer",
      files: { "src/tlogfs/oplog.ts": appending('await import("../arrow/index.ts");') },
      reports: /error tlogfs-imports-only-downward: src\/tlogfs\/oplog.ts → src\/arrow\/index.ts/,
    },
    {
      name: "a re-export from a higher layer",
      files: {
        "src/worker/storage-client.ts": prepending('export { readRows } from "../arrow/index.ts";'),
      },
      reports:
        /error worker-imports-only-downward: src\/worker\/storage-client.ts → src\/arrow\/index.ts/,
    },
    {
      name: "an import from a layer at the side",
      files: { "src/tlogfs/oplog.ts": prepending('import "../worker/storage-client.ts";') },
      reports:
        /error tlogfs-imports-only-downward: src\/tlogfs\/oplog.ts → src\/worker\/storage-client.ts/,
    },
    {
      name: "an import of the composition root",
      files: { "src/interop/lines.ts": prepending('import type { Pond } from "../pond.ts";') },
      reports: /error interop-imports-only-downward: src\/interop\/lines.ts → src\/pond.ts/,
    },
    {
      name: "a package that is another layer's",
      files: { "src/tlogfs/oplog.ts": prepending('import { parquetRead } from "hyparquet";') },
      reports: /error tlogfs-imports-only-downward: src\/tlogfs\/oplog.ts → .*hyparquet/,
    },
    {
      name: "the types of a package that is another layer's",
      files: { "src/tinyfs/path.ts": prepending('import type { Table } from "apache-arrow";') },
      reports: /error tinyfs-imports-only-downward: src\/tinyfs\/path.ts → .*apache-arrow/,
    },
    {
      name: "a module of Node.js",
      files: { "src/tinyfs/path.ts": prepending('import { readFile } from "node:fs";') },
      reports: /error tinyfs-imports-only-downward: src\/tinyfs\/path.ts → fs/,
    },
    {
      name: "the shell in the composition root",
      files: {
        "src/pond.ts": prepending('import "./shell/run.ts";'),
      },
      reports: /error root-imports-all-but-shell: src\/pond.ts → src\/shell\/run.ts/,
    },
    {
      name: "the shell reaching past what users have",
      files: { "src/shell/run.ts": prepending('import type {} from "../tinyfs/index.ts";') },
      reports: /error shell-imports-only-downward: src\/shell\/run.ts → src\/tinyfs\/index.ts/,
    },
    {
      name: "a folder that is no layer",
      files: {
        "src/common/helpers.ts": "export const help = 1;\n",
        "src/pond.ts": prepending('import "./common/helpers.ts";'),
      },
      reports: /error root-imports-all-but-shell: src\/pond.ts → src\/common\/helpers.ts/,
    },
    {
      name: "apache-arrow loaded before its first use",
      files: { "src/arrow/table.ts": 'export { Table } from "apache-arrow";\n' },
      reports: /error arrow-is-loaded-on-first-use: src\/arrow\/table.ts → .*apache-arrow/,
    },
    {
      name: "the demo reaching into the sources",
      files: { "demo/main.ts": prepending('import "../src/index.ts";') },
      reports: /error users-use-public-entries: demo\/main.ts → src\/index.ts/,
    },
    {
      name: "the bench reaching into the sources",
      files: {
        "bench/page/main.ts": prepending('import type { Pond } from "../../src/index.ts";'),
      },
      reports: /error users-use-public-entries: bench\/page\/main.ts → src\/index.ts/,
    },
    {
      name: "the demo reaching into the package",
      files: {
        "dist/tlogfs/oplog.js": "export const oplog = 1;\n",
        "demo/main.ts": prepending('import "../dist/tlogfs/oplog.js";'),
      },
      reports: /error users-use-public-entries: demo\/main.ts → dist\/tlogfs\/oplog.js/,
    },
    {
      name: "an import that leads nowhere",
      files: { "src/pond.ts": prepending('import "./tlogfs/missing.ts";') },
      reports: /error not-resolvable: src\/pond.ts → .*missing.ts/,
    },
    {
      name: "a cycle of types",
      files: {
        "src/arrow/batch.ts":
          'import type { Column } from "./column.ts";\n\nexport type Batch = Column[];\n',
        "src/arrow/column.ts":
          'import type { Batch } from "./batch.ts";\n\nexport type Column = { of: Batch };\n',
      },
      reports: /error no-circular: src\/arrow\/(batch|column).ts →/,
    },
    {
      name: "a file that nothing imports",
      files: { "src/tinyfs/orphan.ts": "export const orphan = 1;\n" },
      reports: /error no-orphans: src\/tinyfs\/orphan.ts/,
    },
  ],
});
