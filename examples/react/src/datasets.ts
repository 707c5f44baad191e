import { Table, TimestampMillisecond, Utf8, vectorFromArray } from "apache-arrow";
import type { ListEntry, Pond } from "tinypond";
import { importCsv } from "tinypond/interop";

/** Where the tables are. */
export const TABLES = "/tables";

const DIARY = "/diary.series";

/** A line of the diary: what was imported, and when. */
export interface DiaryEntry {
  readonly time: Date;
  readonly what: string;
}

/** Takes in a CSV or a Parquet file as a table, in place of one of the same name, and notes it in the diary. */
export async function importFile(pond: Pond, file: File): Promise<void> {
  await pond.root.createDir(TABLES, { recursive: true });
  const path = `${TABLES}/${file.name.replace(/\.(csv|parquet)$/i, "")}.parquet`;
  if (/\.parquet$/i.test(file.name)) {
    await pond.root.importParquet(path, file, { create: "either" });
  } else {
    await importCsv(pond.root, path, file, { create: "either" });
  }
  await note(pond, file.name);
}

/** All tables, by name. */
export async function listTables({ root }: Pond): Promise<ListEntry[]> {
  return (await root.exists(TABLES)) ? await root.list(TABLES) : [];
}

/** The diary, newest first. */
export async function readDiary({ root }: Pond): Promise<DiaryEntry[]> {
  if (!(await root.exists(DIARY))) return [];
  const rows = (await root.readSeries(DIARY)).toArray();
  return rows.reverse().map(({ time, what }) => ({ time: new Date(time), what }));
}

async function note(pond: Pond, what: string): Promise<void> {
  const line = new Table({
    time: vectorFromArray([new Date()], new TimestampMillisecond()),
    what: vectorFromArray([what], new Utf8()),
  });
  // Runs again when another tab was first.
  await pond.transaction(async ({ root }) => {
    if (await root.exists(DIARY)) await root.appendSeries(DIARY, line);
    else await root.createSeriesFromBatches(DIARY, line);
  });
}
