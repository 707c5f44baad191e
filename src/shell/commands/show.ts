import type { Change, CommitInfo } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { printable } from "../output/printable.ts";
import { type Screen, styled } from "../output/screen.ts";
import { formatTable } from "../output/table.ts";
import { counted, formatBytes, formatTime, isoTime } from "../output/units.ts";
import { typeName } from "./list.ts";

/** So many names stand in a line of the concise log. */
const NAMES_IN_LINE = 4;

interface Shown {
  readonly commit: CommitInfo;
  readonly changes: readonly Change[];
  readonly tags: readonly string[];
}

/** Prints the log. */
export const show: Command = {
  name: "show",
  aliases: ["log"],
  summary: "Print the log: what was committed, the newest first.",
  arguments: [
    {
      name: "PATH",
      kind: "path",
      optional: true,
      many: true,
      summary: "Only commits that changed one of these, or something below.",
    },
  ],
  flags: [
    {
      name: "mode",
      short: "m",
      value: "MODE",
      choices: ["brief", "concise", "detailed"],
      summary: "A line a commit; the same with names; or all its changes.",
      default: "concise",
    },
    {
      name: "limit",
      short: "n",
      value: "N",
      summary: "At most so many commits; 0 for all.",
      default: "20",
    },
    { name: "from", value: "SEQ", summary: "Not before this commit." },
    { name: "to", value: "SEQ", summary: "Not after this commit." },
    { name: "reverse", short: "r", summary: "The oldest first." },
  ],
  examples: [
    { line: "show", summary: "The last 20 commits." },
    { line: "show -m detailed -n 1", summary: "All that the newest commit changed." },
    { line: "show -m brief /data", summary: "Commits that changed something below a directory." },
  ],
  json: "A list of `{ seq, id, time, label, kind, changeCount, tags, changes }`; `changes`, absent in mode `brief`, are `{ kind, path, type, version, size }`.",
  async run(call: Call): Promise<Output> {
    const mode = call.flags.choice("mode") ?? "concise";
    const shown = await gather(call, mode);
    return {
      data: shown.map((one) => commitData(one, mode)),
      text: (screen) =>
        mode === "detailed"
          ? shown.map((one) => detailedText(screen, one)).join("\n\n")
          : linesText(screen, shown, mode),
    };
  },
};

async function gather(call: Call, mode: string): Promise<Shown[]> {
  const { flags, pond } = call;
  const limit = flags.count("limit") ?? 20;
  const paths = call.words.length > 0 ? await call.paths(call.words) : undefined;
  const [from, to] = [flags.count("from"), flags.count("to")];
  const range = { ...(from && { from }), ...(to !== undefined && { to }) };
  const tags = await pond.tags();
  const shown: Shown[] = [];
  for await (const commit of pond.log({ ...range, reverse: !flags.isOn("reverse") })) {
    call.signal?.throwIfAborted();
    const changes = mode === "brief" && !paths ? [] : await changesOf(commit);
    if (paths && !changes.some(({ path }) => paths.some((under) => isBelow(path, under)))) continue;
    const named = tags.filter(({ seq }) => seq === commit.seq).map(({ name }) => name);
    shown.push({ commit, changes, tags: named });
    if (limit > 0 && shown.length >= limit) break;
  }
  return shown;
}

async function changesOf(commit: CommitInfo): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const change of commit.changes()) changes.push(change);
  return changes.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function isBelow(path: string, under: string): boolean {
  return under === "/" || path === under || path.startsWith(`${under}/`);
}

function commitData({ commit, changes, tags }: Shown, mode: string): unknown {
  const { seq, id, time, label, kind, changeCount } = commit;
  return {
    seq,
    id,
    time: isoTime(time),
    label,
    kind,
    changeCount,
    tags,
    changes:
      mode === "brief"
        ? undefined
        : changes.map((change) => ({
            kind: change.kind,
            path: change.path,
            type: change.entryType,
            version: change.version,
            size: change.size,
          })),
  };
}

function linesText(screen: Screen, shown: readonly Shown[], mode: string): string {
  if (shown.length === 0) return "";
  return formatTable(screen, [
    { title: "seq", align: "right", values: shown.map(({ commit }) => String(commit.seq)) },
    { title: "time", values: shown.map(({ commit }) => formatTime(commit.time)) },
    {
      title: "changes",
      values: shown.map(({ commit, changes }) =>
        mode === "brief" ? String(commit.changeCount) : namesText(commit, changes),
      ),
      align: mode === "brief" ? "right" : "left",
    },
    {
      title: "label",
      values: shown.map((one) => remark(one)),
      style: (row) => (shown[row]?.commit.kind === "maintenance" ? "dim" : undefined),
    },
  ]);
}

function namesText({ changeCount }: CommitInfo, changes: readonly Change[]): string {
  const names = changes.slice(0, NAMES_IN_LINE).map(({ kind, path }) => `${MARKS[kind]}${path}`);
  const rest = changeCount - names.length;
  return [...names, ...(rest > 0 ? [`and ${counted(rest, "more", "more")}`] : [])].join(" ");
}

const MARKS: Readonly<Record<Change["kind"], string>> = {
  put: "+",
  remove: "-",
  append: "»",
  replace: "~",
  compact: "=",
};

function remark({ commit, tags }: Shown): string {
  const kind = commit.kind === "maintenance" ? ["maintenance"] : [];
  return [...(commit.label ? [commit.label] : []), ...kind, ...tags.map((tag) => `#${tag}`)].join(
    " ",
  );
}

function detailedText(screen: Screen, one: Shown): string {
  const { commit, changes } = one;
  const title = styled(screen, `commit ${commit.seq}`, "bold");
  const note = remark(one);
  const heading = `${title}  ${formatTime(commit.time)}  ${commit.id}${note && `  ${printable(note)}`}`;
  const column = (value: (change: Change) => string | undefined) =>
    changes.map((change) => value(change) ?? "-");
  const table = formatTable(screen, [
    { title: "change", values: changes.map(({ kind }) => kind) },
    { title: "type", values: changes.map(({ entryType }) => typeName(entryType)) },
    { title: "ver", align: "right", values: column(({ version }) => version?.toString()) },
    {
      title: "size",
      align: "right",
      values: column(({ size }) => (size === undefined ? undefined : formatBytes(size))),
    },
    { title: "path", values: changes.map(({ path }) => path) },
  ]);
  return `${heading}\n${table}`;
}
