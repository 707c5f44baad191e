import { expect } from "chai";
import { deletePond, openPond } from "../../src/index.ts";
import type { Pond } from "../../src/pond.ts";
import type { ShellError, ShellOptions, ShellResult } from "../../src/shell/index.ts";
import { run } from "../../src/shell/index.ts";
import { createReadings, createTestBatch } from "../arrow/batch-fixtures.ts";

const opened: Pond[] = [];

/** A pond of its own, without anything in it. */
export async function emptyPond(): Promise<Pond> {
  const pond = await openPond(`shell-${crypto.randomUUID()}`, { compaction: false });
  opened.push(pond);
  return pond;
}

/** A pond with a text, bytes, a table of 12 rows, a series of two segments and a link. */
export async function samplePond(): Promise<Pond> {
  const pond = await emptyPond();
  await pond.transaction(async ({ root }) => {
    await root.createDir("/data");
    await root.createDir("/notes");
    await root.writeFile("/notes/a.md", "one\ntwo\nthree\n");
    await root.writeFile("/notes/b.md", "other");
    await root.writeFile("/data/bytes.bin", new Uint8Array([0, 1, 2, 0x41, 0xff]));
    await root.createTableFromBatch("/data/people.parquet", createTestBatch(12));
    await root.createSeriesFromBatches("/data/obs.series", [createReadings(5)]);
    await root.createSymlink("/latest", "/data");
  });
  await pond.root.appendSeries("/data/obs.series", [createReadings(3, 5)]);
  return pond;
}

/** Closes and deletes what was opened. */
export async function cleanUp(): Promise<void> {
  for (const pond of opened.splice(0)) {
    await pond.close();
    await deletePond(pond.name);
  }
}

/** The text of a command. */
export async function textOf(
  pond: Pond,
  line: string | readonly string[],
  options?: ShellOptions,
): Promise<string> {
  return (await run(pond, line, options)).text;
}

/** The lines of a command's text, runs of spaces made one, which is where the columns part. */
export async function linesOf(pond: Pond, line: string, options?: ShellOptions): Promise<string[]> {
  const text = await textOf(pond, line, options);
  return text.split("\n").map((one) => one.replaceAll(/ +/g, " ").trim());
}

/** The data of a command; what `--json` prints is the same. */
export async function dataOf<Data = unknown>(
  pond: Pond,
  line: string,
  options?: ShellOptions,
): Promise<Data> {
  const { data, text } = await run(pond, `${line} --json`, options);
  expect(JSON.parse(text)).deep.equal(data);
  return data as Data;
}

/** What running a line fails with. */
export async function failureOf(work: Promise<ShellResult>): Promise<ShellError> {
  try {
    await work;
  } catch (error) {
    return error as ShellError;
  }
  throw new Error("It did not fail");
}
