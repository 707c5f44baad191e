/** A path from the pond's root, seen from a directory; `.` and `..` are taken out of it, as `cd` does. */
export function resolvePath(cwd: string, path: string): string {
  const names: string[] = [];
  const whole = path.startsWith("/") ? path : `${cwd}/${path}`;
  for (const name of whole.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** The path of a name in a directory. */
export function joinPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** The last name of a path; empty for the root. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The directory that a path stands in. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** A name without its last extension, and that extension in lower case without its dot. */
export function splitExtension(name: string): {
  readonly stem: string;
  readonly extension: string;
} {
  const dot = name.lastIndexOf(".");
  if (dot <= 0) return { stem: name, extension: "" };
  return { stem: name.slice(0, dot), extension: name.slice(dot + 1).toLowerCase() };
}
