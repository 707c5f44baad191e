/** Folder of the blobs, in the pond's folder. */
export const LARGE_FILES = "_large_files";

/** Folder of the temporaries, in the pond's folder. */
export const TEMPORARIES = "tmp";

/** The one place that says where a blob lies: `_large_files/<sha256>.data`, below the pond's folder. */
export function largeFilePath(sha256: string): string {
  return `${LARGE_FILES}/${largeFileName(sha256)}`;
}

/** The last part of {@link largeFilePath}. */
export function largeFileName(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new TypeError(`Not a SHA-256 in 64 lower-case hex digits: "${sha256}"`);
  }
  return `${sha256}.data`;
}

/** The hash of the blob with this file name, or `undefined` for a file that is no blob. */
export function hashOfLargeFile(name: string): string | undefined {
  return /^([0-9a-f]{64})\.data$/.exec(name)?.[1];
}

/** The path of a new temporary, `tmp/<owner>/<uuid>`. */
export function newTemporaryPath(owner: string): string {
  if (owner === "" || owner.includes("/")) throw new TypeError(`Not an owner: "${owner}"`);
  return `${TEMPORARIES}/${owner}/${crypto.randomUUID()}`;
}

/** The parts of `tmp/<owner>/<name>`. */
export function parseTemporaryPath(path: string): { owner: string; name: string } {
  const [, owner, name] = /^tmp\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (!owner || !name) throw new TypeError(`Not the path of a temporary: "${path}"`);
  return { owner, name };
}

/** Walks down from a folder. @throws NotFoundError of the browser, unless `create` */
export async function walk(
  from: FileSystemDirectoryHandle,
  names: readonly string[],
  options?: { create: boolean },
): Promise<FileSystemDirectoryHandle> {
  let directory = from;
  for (const name of names) directory = await directory.getDirectoryHandle(name, options);
  return directory;
}

/** A file's folder and its name there. @throws NotFoundError of the browser, unless `create` */
export async function locate(
  root: FileSystemDirectoryHandle,
  path: string,
  options?: { create: boolean },
): Promise<{ directory: FileSystemDirectoryHandle; name: string }> {
  const names = path.split("/");
  const name = names.pop() ?? "";
  return { directory: await walk(root, names, options), name };
}
