import { Float64, Table, TimestampMillisecond, vectorFromArray } from "apache-arrow";
import type { Pond } from "tinypond";

const SERIES = "/readings.series";

/** One row of the series. */
export interface Reading {
  readonly time: Date;
  readonly celsius: number;
}

/** Appends a row; the first one makes the series. It costs the new row only, however long the series is. */
export async function appendReading(pond: Pond, { time, celsius }: Reading): Promise<void> {
  const rows = new Table({
    time: vectorFromArray([time], new TimestampMillisecond()),
    celsius: vectorFromArray([celsius], new Float64()),
  });
  // Runs again when another tab was first.
  await pond.transaction(async ({ root }) => {
    if (await root.exists(SERIES)) await root.appendSeries(SERIES, rows);
    else await root.createSeriesFromBatches(SERIES, rows);
  });
}

/** The newest rows, newest first. */
export async function lastReadings({ root }: Pond, count: number): Promise<Reading[]> {
  if (!(await root.exists(SERIES))) return [];
  const table = await root.readSeries(SERIES);
  const newest = table.slice(Math.max(0, table.numRows - count)).toArray();
  return newest.reverse().map(({ time, celsius }) => ({ time: new Date(time), celsius }));
}
