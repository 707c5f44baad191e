import type { Change, ChangeKind, CommitInfo } from "tinypond";
import { formatBytes, formatCount } from "../../format.ts";

/** Of a commit so many changes are read for what is told of it. */
const MOST_CHANGES = 200;

/** A commit with what it changed, as far as it is shown. */
export interface CommitLine {
  readonly commit: CommitInfo;
  readonly changes: readonly Change[];
  /** Where entries that were moved were before, by where they are. */
  readonly moves: ReadonlyMap<string, string>;
  /** Bytes of the files that it wrote; of its first changes where there are many. */
  readonly bytes: number;
  /** Bytes of the series that it appended to, all their segments: the log does not tell those of one. */
  readonly seriesBytes: number;
}

/** Reads what a commit changed, up to a limit. */
export async function readLine(commit: CommitInfo): Promise<CommitLine> {
  const changes: Change[] = [];
  if (commit.changeCount > 0) {
    for await (const change of commit.changes()) {
      changes.push(change);
      if (changes.length >= MOST_CHANGES) break;
    }
  }
  const moves = movesOf(changes);
  const ofFiles = changes.filter(({ kind, path }) => kind === "put" && !moves.has(path));
  const ofSeries = changes.filter(({ kind }) => kind !== "put" && kind !== "remove");
  return { commit, changes, moves, bytes: sizeOf(ofFiles), seriesBytes: sizeOf(ofSeries) };
}

function sizeOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { size = 0 }) => sum + size, 0);
}

/** How many bytes a commit wrote, or how many series have now. */
export function byteWords({ bytes, seriesBytes }: CommitLine): string {
  const written = bytes > 0 ? [`${formatBytes(bytes)} written`] : [];
  return [...written, ...(seriesBytes > 0 ? [`series now ${formatBytes(seriesBytes)}`] : [])].join(
    ", ",
  );
}

/** The log has no moves: one name ends, and another begins with the same node. */
function movesOf(changes: readonly Change[]): Map<string, string> {
  const ended = new Map(
    changes.flatMap(({ kind, before, path }) =>
      kind === "remove" && before !== undefined ? [[before, path] as const] : [],
    ),
  );
  const moves = new Map<string, string>();
  for (const { path, before, after } of changes) {
    const from = after !== undefined && after !== before ? ended.get(after) : undefined;
    if (from !== undefined) moves.set(path, from);
  }
  return moves;
}

/** What was done to a name. */
export function changeWords(
  { kind, entryType, before, after, path }: Change,
  { moves }: Pick<CommitLine, "moves">,
): string {
  const from = moves.get(path);
  if (from !== undefined) return `moved from ${from}`;
  if (kind === "remove" && [...moves.values()].includes(path)) return "moved away";
  if (kind !== "put") return KINDS[kind];
  if (before !== undefined && before === after) return "changed";
  const what = { Directory: "new folder", Symlink: "new link" }[entryType as "Directory"];
  return before === undefined ? (what ?? "added") : "replaced";
}

const KINDS: Readonly<Record<ChangeKind, string>> = {
  put: "written",
  remove: "removed",
  append: "rows appended",
  replace: "rows replaced",
  compact: "segments joined",
};

/** What a commit is called: by its label, or by what it did. */
export function commitTitle(line: CommitLine): string {
  const { commit, changes, moves } = line;
  if (commit.label) return commit.label;
  const [first, second] = changes;
  if (!first) return commit.kind === "maintenance" ? "Maintenance" : "Nothing changed";
  if (!second) return `${capital(changeWords(first, line))} ${first.path}`;
  const [[to, from] = []] = moves;
  if (to !== undefined && commit.changeCount === 2) return `Moved ${from} to ${to}`;
  const words = new Set(changes.map((change) => changeWords(change, line)));
  const what = words.size === 1 ? [...words].join("") : "changed";
  return `${formatCount(commit.changeCount)} entries ${what}`;
}

/** The first paths of a commit, and how many more there are. */
export function pathWords({ commit, changes }: CommitLine): string {
  const paths = [...new Set(changes.map(({ path }) => path))].slice(0, 3);
  const more = commit.changeCount - paths.length;
  return `${paths.join(", ")}${more > 0 ? ` and ${formatCount(more)} more` : ""}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
