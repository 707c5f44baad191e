import type { PagePause } from "../arrow/page-pause.ts";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import type { CsvColumn, CsvType } from "./csv-options.ts";
import type { CsvRow } from "./csv-reader.ts";
import { inferType } from "./csv-types.ts";

/** Names of columns: those of the header, made unique, or made up. */
export function nameColumns(first: CsvRow, hasHeader: boolean): string[] {
  const names: string[] = [];
  for (const [index, field] of first.fields.entries()) {
    const wanted = (hasHeader && field?.trim()) || `column${index + 1}`;
    let name = wanted;
    for (let count = 2; names.includes(name); count += 1) name = `${wanted}_${count}`;
    names.push(name);
  }
  return names;
}

/** What typing columns needs beside their names and a sample. */
export interface Typing {
  readonly types: Readonly<Record<string, CsvType>>;
  /** To be named in errors. */
  readonly path: string;
  readonly pause: PagePause;
}

/**
 * The columns, typed as they are told or as a sample of rows suggests.
 * @throws SCHEMA_MISMATCH where a type is given to a column that is not there
 */
export async function typeColumns(
  names: readonly string[],
  sample: readonly CsvRow[],
  { types, path, pause }: Typing,
): Promise<CsvColumn[]> {
  const unknown = Object.keys(types).find((name) => !names.includes(name));
  if (unknown !== undefined) throw noSuchColumn(unknown, names, path);
  const columns: CsvColumn[] = [];
  for (const [index, name] of names.entries()) {
    const told = Object.hasOwn(types, name) ? types[name] : undefined;
    columns.push({ name, type: told ?? inferType(fieldsAt(sample, index)) });
    await pause.ifDue();
  }
  return columns;
}

function* fieldsAt(rows: readonly CsvRow[], index: number): Generator<string | undefined> {
  for (const { fields } of rows) yield fields[index];
}

function noSuchColumn(name: string, names: readonly string[], path: string): SchemaMismatchError {
  const known = names.map((each) => `"${each}"`).join(", ");
  const message = `Cannot import CSV to "${path}": types names "${name}", the columns are ${known}`;
  return new SchemaMismatchError(message, { path });
}
