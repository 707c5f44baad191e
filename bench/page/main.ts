import type { Figure } from "./figure.ts";
import { createTable } from "./tasks/create-table.ts";
import { mainThread } from "./tasks/main-thread.ts";
import { smallFiles } from "./tasks/small-files.ts";

const tasks: Record<string, () => Promise<Figure[]>> = {
  "create-table": createTable,
  "small-files": smallFiles,
  "main-thread": mainThread,
};

Object.assign(globalThis, { bench: { tasks } });
