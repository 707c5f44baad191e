import { TinyFSError } from "./errors.ts";

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;
const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();

/**
 * The names along a path, `.` and empty ones dropped and `..` kept for the resolver.
 * @throws INVALID_PATH when a name is too long, or holds a NUL or half a surrogate pair
 */
export function parsePath(path: string): string[] {
  if (typeof path !== "string") throw new TypeError(`A path is a string, not ${typeof path}`);
  if (utf8Length(path) > MAX_PATH_BYTES) throw invalid(path, `longer than ${MAX_PATH_BYTES} bytes`);
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  for (const name of names) checkName(name, path);
  return names;
}

/** The path of an entry within a directory. */
export function joinPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

function checkName(name: string, path: string): void {
  if (name.includes("\0")) throw invalid(path, "a name holds a NUL");
  if (LONE_SURROGATE.test(name)) throw invalid(path, "a name holds half a surrogate pair");
  if (utf8Length(name) > MAX_NAME_BYTES) {
    throw invalid(path, `a name is longer than ${MAX_NAME_BYTES} bytes`);
  }
}

function invalid(path: string, reason: string): TinyFSError {
  const shown = path.length > 100 ? `${path.slice(0, 100)}…` : path;
  return new TinyFSError("INVALID_PATH", `Cannot use path "${shown}": ${reason}`, { path });
}

function utf8Length(text: string): number {
  // A UTF-16 unit takes at most 3 bytes: short names need no encoding to be known as short.
  return text.length * 3 <= MAX_NAME_BYTES ? text.length : encoder.encode(text).length;
}
