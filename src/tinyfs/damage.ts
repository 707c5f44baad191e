import { isTinyFSError, recordError, reviveError } from "./errors.ts";
import { joinPath } from "./path.ts";

/** What reads rows for a path: where one is damaged the error says the path that was asked for. */
export async function atPath<Value>(path: string, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    throw damageAt(error, () => path);
  }
}

/** What reads the rows of a directory: where one is damaged the error says its path. */
export async function inDirectory<Value>(path: string, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    throw damageAt(error, (name) => joinPath(path, name));
  }
}

/** The layer below knows a row's name at most: an error that says a path already stays as it is. */
function damageAt(error: unknown, pathOf: (name: string) => string): unknown {
  if (!isTinyFSError(error, "CORRUPT_ROW") || error.path?.startsWith("/")) return error;
  const record = recordError(error);
  const path = pathOf(error.path ?? "");
  const message = `Cannot read "${path}": ${record.message}`;
  return reviveError({ ...record, message, fields: { ...record.fields, path } });
}
