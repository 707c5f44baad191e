import type { Command } from "./command.ts";
import { cat, head } from "./commands/cat.ts";
import { copy } from "./commands/copy.ts";
import { describe, explain } from "./commands/describe.ts";
import { diff } from "./commands/diff.ts";
import { link, mkdir, move, remove } from "./commands/entries.ts";
import { exportRows } from "./commands/export.ts";
import { help } from "./commands/help.ts";
import { restore, stat, tag, versions } from "./commands/history.ts";
import { list } from "./commands/list.ts";
import { cd, glob, pwd } from "./commands/places.ts";
import { append, compact, trim } from "./commands/series.ts";
import { show } from "./commands/show.ts";
import { check, gc, usage, vacuum } from "./commands/upkeep.ts";

/** All commands, in the order in which help lists them: looking, reading, changing, history, upkeep. */
export const commands: readonly Command[] = [
  help,
  list,
  cd,
  pwd,
  glob,
  stat,
  cat,
  head,
  describe,
  explain,
  copy,
  exportRows,
  append,
  mkdir,
  link,
  move,
  remove,
  show,
  diff,
  versions,
  restore,
  tag,
  compact,
  trim,
  usage,
  gc,
  vacuum,
  check,
];

/** The command of a name or an alias. */
export function findCommand(name: string): Command | undefined {
  return commands.find((one) => one.name === name || one.aliases?.includes(name));
}
