import { SchemaMismatchError, type TinyFSError } from "../tinyfs/errors.ts";

/** A place in a CSV file: the physical line and the number of the field in its row, both from 1. */
export interface CsvPlace {
  readonly line: number;
  readonly column: number;
}

/** The error for what cannot be read at a place. */
export function csvFault(path: string, { line, column }: CsvPlace, reason: string): TinyFSError {
  const message = `Cannot import CSV to "${path}": line ${line}, column ${column}: ${reason}`;
  return new SchemaMismatchError(message, { path, line, column });
}
