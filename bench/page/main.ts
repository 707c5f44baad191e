import type { Figure } from "./figure.ts";
import { autoCommit } from "./tasks/auto-commit.ts";
import { createTable } from "./tasks/create-table.ts";
import { gc } from "./tasks/gc.ts";
import { listHistory } from "./tasks/list-history.ts";
import { mainThread } from "./tasks/main-thread.ts";
import { openLargePond } from "./tasks/open-large-pond.ts";
import { smallFiles } from "./tasks/small-files.ts";
import { snapshotStat } from "./tasks/snapshot-stat.ts";
import { verifiedRead } from "./tasks/verified-read.ts";

const tasks: Record<string, () => Promise<Figure[]>> = {
  "create-table": createTable,
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
