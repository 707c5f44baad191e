import type { Figure } from "./figure.ts";
import { appendMany } from "./tasks/append-many.ts";
import { autoCommit } from "./tasks/auto-commit.ts";
import { createTable } from "./tasks/create-table.ts";
import { createTableDefaults } from "./tasks/create-table-defaults.ts";
import { encodeParallel } from "./tasks/encode-parallel.ts";
import { firstByte } from "./tasks/first-byte.ts";
import { gc } from "./tasks/gc.ts";
import { largeFile } from "./tasks/large-file.ts";
import { listHistory } from "./tasks/list-history.ts";
import { listMany } from "./tasks/list-many.ts";
import { mainThread } from "./tasks/main-thread.ts";
import { openLargePond } from "./tasks/open-large-pond.ts";
import { readPages } from "./tasks/read-pages.ts";
import { readParts } from "./tasks/read-parts.ts";
import { readTable } from "./tasks/read-table.ts";
import { seriesCompacted } from "./tasks/series-compacted.ts";
import { seriesMany } from "./tasks/series-many.ts";
import { seriesMemory } from "./tasks/series-memory.ts";
import { seriesWindow } from "./tasks/series-window.ts";
import { smallFiles } from "./tasks/small-files.ts";
import { snapshotStat } from "./tasks/snapshot-stat.ts";
import { storeTwice } from "./tasks/store-twice.ts";
import { verifiedRead } from "./tasks/verified-read.ts";
import { wholeBlobs } from "./tasks/whole-blobs.ts";

const tasks: Record<string, () => Promise<Figure[]>> = {
  "create-table": createTable,
  "create-table-defaults": createTableDefaults,
  "encode-parallel": encodeParallel,
  "append-many": appendMany,
  "series-memory": seriesMemory,
  "read-table": readTable,
  "read-pages": readPages,
  "read-parts": readParts,
  "series-window": seriesWindow,
  "series-many": seriesMany,
  "series-compacted": seriesCompacted,
  "small-files": smallFiles,
  "main-thread": mainThread,
  "first-byte": firstByte,
  "auto-commit": autoCommit,
  "snapshot-stat": snapshotStat,
  "open-large-pond": openLargePond,
  "verified-read": verifiedRead,
  "large-file": largeFile,
  "whole-blobs": wholeBlobs,
  "store-twice": storeTwice,
  gc,
  "list-history": listHistory,
  "list-many": listMany,
};

Object.assign(globalThis, { bench: { tasks } });
