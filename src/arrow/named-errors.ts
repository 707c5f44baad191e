import { isTinyFSError, recordError, reviveError } from "../tinyfs/errors.ts";

/** Waits for work that knows no path, and puts the path into the errors it throws. */
export async function naming<Result>(
  path: string,
  action: string,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw withPath(error, path, action);
  }
}

function withPath(error: unknown, path: string, action: string): unknown {
  if (!isTinyFSError(error) || error.path !== undefined) return error;
  const record = recordError(error);
  return reviveError({
    ...record,
    message: `Cannot ${action} "${path}": ${record.message}`,
    fields: { ...record.fields, path },
  });
}
