import type { Figure } from "./figure.ts";
import { appendMany } from "./tasks/append-many.ts";
import { autoCommit } from "./tasks/auto-commit.ts";
import { createTable } from "./tasks/create-table.ts";
import { createTableDefaults } from "./tasks/create-table-defaults.ts";
import { encodeParallel } from "./tasks/encode-parallel.ts";
import { gc } from "./tasks/gc.ts";
import { listHistory } from "./tasks/list-history.ts";
import { mainThread } from "./tasks/main-thread.ts";
import { openLargePond } from "./tasks/open-large-pond.ts";
import { readPages } from "./tasks/read-pages.ts";
import { readTable } from "./tasks/read-table.ts";
import { seriesMany } from "./tasks/series-many.ts";
import { seriesMemory } from "./tasks/series-memory.ts";
import { seriesWindow } from "./tasks/series-window.ts";
import { smallFiles } from "./tasks/small-files.ts";
import { snapshotStat } from "./tasks/snapshot-stat.ts";
import { verifiedRead } from "./tasks/verified-read.ts";

const tasks: Record<string, () => Promise<Figure[]>> = {
  "create-table": createTable,
  "create-table-defaults": createTableDefaults,
  "encode-parallel": encodeParallel,
  "append-many": appendMany,
  "series-memory": seriesMemory,
  "read-table": readTable,
  "read-pages": readPages,
  "series-window": seriesWindow,
  "series-many": seriesMany,
  "small-files": smallFiles,
  "main-thread": mainThread,
  "auto-commit": autoCommit,
  "snapshot-stat": snapshotStat,
  "open-large-pond": openLargePond,
  "verified-read": verifiedRead,
  gc,
  "list-history": listHistory,
};

Object.assign(globalThis, { bench: { tasks } });
