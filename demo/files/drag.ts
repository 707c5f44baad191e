/** The kind of what is dragged from the files: paths, as JSON. */
const PATHS = "application/x-tinypond-paths";

/** Puts paths on their way. */
export function startDrag({ dataTransfer }: DragEvent, paths: readonly string[]): void {
  if (!dataTransfer) return;
  dataTransfer.setData(PATHS, JSON.stringify(paths));
  dataTransfer.effectAllowed = "copyMove";
}

/** Whether paths are dragged: what they are is not told before they are dropped. */
export function dragsPaths({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes(PATHS) ?? false;
}

/** Whether files from outside are dragged. */
export function dragsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

/** The paths that were dropped. */
export function droppedPaths({ dataTransfer }: DragEvent): readonly string[] {
  const text = dataTransfer?.getData(PATHS);
  const paths: unknown = text ? JSON.parse(text) : [];
  return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
}
