import type { EntryType, PondTotals } from "../../../src/tinyfs/index.ts";
import type { Operation } from "./operation.ts";

/** The bytes of a file or of a segment, by what is told of them. */
export interface Written {
  readonly size: number;
  readonly sha256: string;
}

/** One version of a node; for a series with all its segments. */
interface Version {
  readonly version: number;
  readonly seq: number;
  readonly content: Written;
  readonly segments: readonly Written[];
  /** As JSON; those of a series belong to the series and not to its versions. */
  readonly attributes: string;
  /** Bytes that the version has brought: of an append those of its segment. */
  readonly bytes: number;
}

type Kind = Extract<EntryType, "Directory" | "FileData" | "FileSeries" | "Symlink">;

/** A node: its name is known to its directory only. */
export interface ReferenceNode {
  readonly kind: Kind;
  /** Where a symlink points. */
  readonly target: string;
  /** Empty where nothing has told it yet. */
  id: string;
  /** Of a series; else they are the version's. */
  attributes: string;
  versions: Version[];
  readonly children: Map<string, ReferenceNode>;
  /** What stood at the names of a directory before they came free or to another, the last one last. */
  readonly ended: Map<string, Ended[]>;
}

interface Ended {
  readonly node: ReferenceNode;
  readonly end: "moved" | "removed";
}

interface Spot {
  readonly directory: ReferenceNode;
  readonly name: string;
  readonly node: ReferenceNode | undefined;
}

/** What an operation has made or seen, and a tree without its base cannot know. */
export interface Evidence {
  readonly nodeId: string;
  readonly written: Written;
  /** What it has copied. */
  readonly copied: ReferenceNode | undefined;
  /** What it has removed, as text. */
  readonly removed: string;
}

/** A line of the whole tree. */
export interface Line {
  readonly node: ReferenceNode;
  readonly text: string;
}

/** The operation is not to be had. */
export class Refused extends Error {}

const NOTHING: Written = { size: 0, sha256: "" };
const NO_ATTRIBUTES = "{}";
/** How many symlinks one path may lead through. */
const MAX_LINKS = 10;
/** Calls that concern a link itself and not what it points to. */
const OF_THE_LINK = new Set<Operation["kind"]>(["remove", "rename", "symlink"]);
/** The number of versions that are not committed. */
const PENDING = 0;

/**
 * What a file system should hold: a plain tree of objects, on which commits are replayed by path in the
 * order of their numbers. It knows nothing of rows, bases and conflicts.
 */
export class Reference {
  readonly #root: ReferenceNode;
  readonly #directories: Set<ReferenceNode>;
  /** All that ever were, but for the root. */
  readonly #nodes: Set<ReferenceNode>;
  #seq = PENDING;
  /** Names used in the present transaction, by directory. */
  #touched = new Map<ReferenceNode, Set<string>>();
  #made = new Set<ReferenceNode>();
  #before = new Map<ReferenceNode, Map<string, ReferenceNode>>();
  /** Where what the present transaction has brought back had stood. */
  #restored = new Map<ReferenceNode, Spot>();
  /** What hung on the series that the present transaction has given attributes. */
  #attributed = new Map<ReferenceNode, string>();

  constructor(
    root: ReferenceNode = newNode("Directory"),
    directories = new Set([root]),
    nodes = new Set<ReferenceNode>(),
  ) {
    this.#root = root;
    this.#directories = directories;
    this.#nodes = nodes;
  }

  /** The same tree for a transaction to try its calls on. */
  clone(): Reference {
    const copies = new Map<ReferenceNode, ReferenceNode>();
    const copy = (node: ReferenceNode): ReferenceNode => {
      const known = copies.get(node);
      if (known) return known;
      const made = sameNode(node);
      copies.set(node, made);
      for (const [name, child] of node.children) made.children.set(name, copy(child));
      for (const [name, ended] of node.ended) {
        made.ended.set(
          name,
          ended.map((one) => ({ ...one, node: copy(one.node) })),
        );
      }
      return made;
    };
    const directories = new Set([...this.#directories].map(copy));
    return new Reference(copy(this.#root), directories, new Set([...this.#nodes].map(copy)));
  }

  /** Begins a commit, or, without a number, a transaction that stays open. */
  begin(seq: number = PENDING): void {
    this.#seq = seq;
    this.#touched = new Map();
    this.#made = new Set();
    this.#restored = new Map();
    this.#attributed = new Map();
    this.#before = new Map([...this.#directories].map((each) => [each, new Map(each.children)]));
  }

  /** The operation with paths that lead through no link: what a commit replays. @throws Refused */
  resolve(operation: Operation): Operation {
    const path = this.#follow(operation.path, !OF_THE_LINK.has(operation.kind));
    if (!("to" in operation)) return { ...operation, path };
    return { ...operation, path, to: this.#follow(operation.to, false) };
  }

  /** What an operation is about to copy and to remove. */
  look(operation: Operation): Pick<Evidence, "copied" | "removed"> {
    const { kind, path } = operation;
    const node = this.find(path);
    const copied = kind === "copy" && node ? cloneDeep(node) : undefined;
    if (kind === "remove") return { copied, removed: describeBelow(node) };
    if (kind !== "copy" && kind !== "rename") return { copied, removed: "" };
    const target = this.find(operation.to);
    return { copied, removed: target === node ? "" : describeBelow(target) };
  }

  /** Does what the operation does. @throws Refused */
  apply(operation: Operation, evidence: Evidence): ReferenceNode | undefined {
    const { kind, path } = operation;
    if (kind === "copy") return this.#copy(operation, evidence);
    const spot = this.#spot(path);
    switch (kind) {
      case "write":
        return this.#write(spot, operation.create, evidence);
      case "createDir":
        return this.#make(spot, "Directory", evidence.nodeId, NOTHING);
      case "remove":
        this.#remove(spot, operation.recursive);
        return undefined;
      case "rename":
        return this.#rename(spot, this.#spot(operation.to), operation.replace);
      case "symlink":
        return this.#make(spot, "Symlink", evidence.nodeId, evidence.written, operation.target);
      case "attributes":
        return this.#setAttributes(spot, attributesOf(operation.value));
      case "createSeries":
        return this.#make(spot, "FileSeries", evidence.nodeId, evidence.written);
      case "append":
      case "replaceSeries":
        return this.#addSegment(series(spot), evidence.written, kind === "append");
      case "compact":
        return series(spot);
      case "trim":
        return this.#trim(series(spot), operation.keep);
      case "restore":
        return this.#restore(spot, operation.version, evidence.nodeId);
    }
  }

  /** Ends a commit: tells which names have ended and how, and drops versions that never came to be. */
  end(): void {
    const kept = [...this.#directories].filter((directory) => this.#isKept(directory));
    const placed = new Set(kept.flatMap(({ children }) => [...children.values()]));
    const wasMoved = (node: ReferenceNode) =>
      kept.some((directory) =>
        [...(this.#touched.get(directory) ?? [])].some(
          (name) => directory.children.get(name) === node,
        ),
      );
    for (const directory of kept) {
      for (const [name, node] of this.#before.get(directory) ?? []) {
        if (directory.children.get(name) === node) continue;
        noteEnd(directory, name, { node, end: wasMoved(node) ? "moved" : "removed" });
      }
    }
    for (const [node, { directory, name }] of this.#restored) {
      if (!placed.has(node) || directory.children.has(name)) continue;
      noteEnd(directory, name, { node, end: "moved" });
    }
    for (const node of this.#nodes) {
      if (placed.has(node)) continue;
      node.versions = node.versions.filter(({ seq }) => seq !== this.#seq);
      node.attributes = this.#attributed.get(node) ?? node.attributes;
      if (node.versions.length === 0) this.#nodes.delete(node);
    }
    for (const directory of this.#directories) {
      if (!kept.includes(directory)) this.#directories.delete(directory);
    }
  }

  /**
   * Removes what stands at a path, as a commit of its own, or what stood there last, and forgets it.
   * @returns whether there was something to remove
   * @throws Refused
   */
  purge(path: string, seq: number): boolean {
    const spot = this.#spot(this.#follow(path, false));
    const isThere = spot.node !== undefined;
    if (isThere) {
      this.begin(seq);
      this.#remove(spot, true);
      this.end();
    }
    this.#touched = new Map();
    const { node } = this.#removedAt(spot, "");
    spot.directory.ended.get(spot.name)?.pop();
    this.#forget(node);
    return isThere;
  }

  /** What stands at a path. */
  find(path: string): ReferenceNode | undefined {
    try {
      return this.#spot(path).node;
    } catch {
      return undefined; // a directory on the way is missing
    }
  }

  /** What a user has hung on a node, as JSON. */
  static attributesOf(node: ReferenceNode): string {
    return node.kind === "FileSeries" ? node.attributes : newest(node).attributes;
  }

  /** What a path leads to, links followed. */
  follow(path: string): ReferenceNode | undefined {
    try {
      return this.find(this.#follow(path, true));
    } catch {
      return undefined; // it leads nowhere
    }
  }

  /** The version a node has. */
  static versionOf(node: ReferenceNode): number {
    return newest(node).version;
  }

  /** All that is reachable, by path. */
  lines(): Map<string, Line> {
    const lines = new Map<string, Line>();
    const walk = (directory: ReferenceNode, prefix: string) => {
      for (const [name, node] of directory.children) {
        lines.set(prefix + name, { node, text: describeNode(node) });
        walk(node, `${prefix}${name}/`);
      }
    };
    walk(this.#root, "");
    return lines;
  }

  /** What there is of everything. */
  totals(): PondTotals {
    const live = [...this.lines().values()].map(({ node }) => node);
    const isFile = ({ kind }: ReferenceNode) => kind === "FileData" || kind === "FileSeries";
    const versions = [...this.#nodes].filter(isFile).flatMap((node) => node.versions);
    return {
      files: live.filter(isFile).length,
      directories: live.filter(({ kind }) => kind === "Directory").length,
      liveBytes: live.reduce((sum, node) => sum + sizeOf(newest(node)), 0),
      versions: versions.length,
      versionBytes: versions.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** The versions at a path, newest first, also of what was removed from there. */
  versions(path: string): string[] | undefined {
    const { directory, name, node } = this.#spot(this.#follow(path, true));
    const ended = directory.ended.get(name)?.at(-1);
    const found = node ?? (ended?.end === "removed" ? ended.node : undefined);
    return found?.versions.map(describeVersion).reverse();
  }

  #spot(path: string): Spot {
    const names = path.split("/").filter(Boolean);
    const name = names.pop() ?? "";
    let directory = this.#root;
    for (const step of names) {
      const next = directory.children.get(step);
      if (next?.kind !== "Directory") throw new Refused(`no directory ${step}`);
      directory = next;
    }
    return { directory, name, node: directory.children.get(name) };
  }

  /** A path without links and dots. @throws Refused */
  #follow(path: string, followLast: boolean): string {
    const passed: { name: string; node: ReferenceNode }[] = [];
    const ahead = path.split("/").filter(Boolean).reverse();
    for (let links = 0, name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === "..") {
        passed.pop();
        continue;
      }
      const node = (passed.at(-1)?.node ?? this.#root).children.get(name);
      const isAtEnd = ahead.length === 0;
      if (node?.kind === "Symlink" && (followLast || !isAtEnd)) {
        links += 1;
        if (links > MAX_LINKS) throw new Refused("a loop of links");
        if (node.target.startsWith("/")) passed.length = 0;
        ahead.push(...node.target.split("/").filter(Boolean).reverse());
      } else if (isAtEnd) return `/${[...passed.map((one) => one.name), name].join("/")}`;
      else if (node?.kind === "Directory") passed.push({ name, node });
      else throw new Refused(`no directory ${name}`);
    }
    const names = passed.map(({ name }) => name);
    if (names.length === 0) throw new Refused("the root");
    return `/${names.join("/")}`;
  }

  #write(spot: Spot, create: string, { nodeId, written }: Evidence): ReferenceNode {
    const { node } = spot;
    if (!node) {
      if (create === "replace") throw new Refused("nothing to replace");
      return this.#make(spot, "FileData", nodeId, written);
    }
    if (node.kind !== "FileData" || create === "new") throw new Refused("taken");
    this.#touch(spot);
    this.#addVersion(node, written);
    return node;
  }

  #make(spot: Spot, kind: Kind, nodeId: string, content: Written, target?: string): ReferenceNode {
    if (spot.node) throw new Refused("taken");
    const node = newNode(kind, nodeId, target);
    const segments = kind === "FileSeries" ? [content] : [];
    const first = { version: 1, seq: this.#seq, attributes: NO_ATTRIBUTES };
    node.versions = [{ ...first, content, segments, bytes: content.size }];
    this.#know(node);
    this.#place(spot, node);
    return node;
  }

  #remove(spot: Spot, recursive: boolean): void {
    if (!spot.node) throw new Refused("nothing to remove");
    if (!recursive && spot.node.children.size > 0) throw new Refused("not empty");
    this.#place(spot, undefined);
  }

  #rename(from: Spot, to: Spot, replace: boolean): ReferenceNode {
    const { node } = from;
    if (!node) throw new Refused("nothing to move");
    if (node === to.node) {
      if (!replace) throw new Refused("taken");
      return node;
    }
    if (contains(node, to.directory)) throw new Refused("into itself");
    this.#vacate(to, node, replace);
    this.#place(from, undefined);
    this.#place(to, node);
    return node;
  }

  /** It copies what it has seen: the original may be gone by the time of the commit. */
  #copy(
    operation: Extract<Operation, { to: string }>,
    { nodeId, copied }: Evidence,
  ): ReferenceNode {
    if (!copied) throw new Refused("nothing to copy");
    const original = this.find(operation.path);
    const to = this.#spot(operation.to);
    if (original && (original === to.node || contains(original, to.directory))) {
      throw new Refused("into itself");
    }
    this.#vacate(to, copied, operation.replace);
    const made = this.#copyNode(copied, nodeId);
    this.#place(to, made);
    return made;
  }

  #copyNode(original: ReferenceNode, nodeId: string): ReferenceNode {
    const made = newNode(original.kind, nodeId, original.target);
    made.attributes = original.attributes;
    const last = newest(original);
    const [content, bytes] = [lastSegment(last), sizeOf(last)];
    made.versions = [{ ...last, version: 1, seq: this.#seq, content, bytes }];
    this.#know(made);
    for (const [name, child] of original.children) {
      const copy = this.#copyNode(child, "");
      this.#place({ directory: made, name, node: undefined }, copy);
    }
    return made;
  }

  #vacate(spot: Spot, by: ReferenceNode, replace: boolean): void {
    const { node } = spot;
    if (!node) return;
    if (!replace) throw new Refused("taken");
    if ((node.kind === "Directory") !== (by.kind === "Directory")) throw new Refused("other kind");
    if (node.children.size > 0) throw new Refused("not empty");
    this.#place(spot, undefined);
  }

  #addSegment(node: ReferenceNode, written: Written, append: boolean): ReferenceNode {
    const before = append ? newest(node).segments : [];
    this.#addVersion(node, written, [...before, written], written.size);
    return node;
  }

  /** Keeps the newest segments of a series. */
  #trim(node: ReferenceNode, keep: number): ReferenceNode {
    const segments = newest(node).segments.slice(-keep);
    this.#addVersion(node, lastSegment({ ...newest(node), segments }), segments);
    return node;
  }

  #setAttributes(spot: Spot, attributes: string): ReferenceNode {
    const { node } = spot;
    if (!node) throw new Refused("nothing there");
    this.#touch(spot);
    if (node.kind === "FileSeries") {
      if (!this.#attributed.has(node)) this.#attributed.set(node, node.attributes);
      node.attributes = attributes;
    } else {
      const { content } = newest(node);
      this.#addVersion(node, content, [], content.size, attributes);
    }
    return node;
  }

  #restore(spot: Spot, version: number | undefined, nodeId: string): ReferenceNode {
    const node = spot.node ?? this.#removedAt(spot, nodeId).node;
    const wanted = version ?? newest(node).version;
    const source = node.versions.find((each) => each.version === wanted);
    if (!source) throw new Refused("no such version");
    const isLast = wanted === newest(node).version;
    if (spot.node && isLast) return node;
    if (!spot.node) this.#restored.set(node, spot);
    if (node.kind !== "FileSeries" || !spot.node) this.#place(spot, node);
    const { content, attributes } = source;
    if (node.kind !== "FileSeries") this.#addVersion(node, content, [], content.size, attributes);
    else if (!isLast) this.#addVersion(node, lastSegment(source), source.segments);
    return node;
  }

  /** What was removed last; where retention has dropped that, what a call has found before it. */
  #removedAt({ directory, name }: Spot, nodeId: string): Ended {
    const all = directory.ended.get(name) ?? [];
    const known = all.findLast(({ node }) => node.id !== "" && node.id === nodeId);
    const ended = known ?? all.at(-1);
    const wasTouched = this.#touched.get(directory)?.has(name);
    if (ended?.end !== "removed" || wasTouched) throw new Refused("nothing was removed");
    return ended;
  }

  #forget(node: ReferenceNode): void {
    this.#nodes.delete(node);
    this.#directories.delete(node);
    for (const child of node.children.values()) this.#forget(child);
  }

  /** Two versions of a file within one commit are one; each of a series counts. */
  #addVersion(
    node: ReferenceNode,
    content: Written,
    segments: readonly Written[] = [],
    bytes = sumOf(segments) || content.size,
    attributes = newest(node).attributes,
  ): void {
    const last = newest(node);
    const isSame = node.kind !== "FileSeries" && last.seq === this.#seq;
    if (isSame) node.versions.pop();
    const version = isSame ? last.version : last.version + 1;
    node.versions.push({ version, seq: this.#seq, content, segments, attributes, bytes });
  }

  #know(node: ReferenceNode): void {
    this.#nodes.add(node);
    this.#made.add(node);
    if (node.kind === "Directory") this.#directories.add(node);
  }

  #place(spot: Spot, node: ReferenceNode | undefined): void {
    const { directory, name } = spot;
    this.#touch(spot);
    if (node) directory.children.set(name, node);
    else directory.children.delete(name);
  }

  #touch({ directory, name }: Spot): void {
    const names = this.#touched.get(directory) ?? new Set();
    this.#touched.set(directory, names.add(name));
  }

  /** Whether a directory was there before, or hangs on one that was. */
  #isKept(directory: ReferenceNode): boolean {
    if (!this.#made.has(directory)) return true;
    const parent = [...this.#directories].find(({ children }) =>
      [...children.values()].includes(directory),
    );
    return parent !== undefined && this.#isKept(parent);
  }
}

function newNode(kind: Kind, id = "", target = ""): ReferenceNode {
  const attributes = NO_ATTRIBUTES;
  return { kind, target, id, attributes, versions: [], children: new Map(), ended: new Map() };
}

/** The node with nothing below it. */
function sameNode({ kind, target, id, attributes, versions }: ReferenceNode): ReferenceNode {
  return { ...newNode(kind, id, target), attributes, versions: [...versions] };
}

function cloneDeep(node: ReferenceNode): ReferenceNode {
  const made = sameNode(node);
  for (const [name, child] of node.children) made.children.set(name, cloneDeep(child));
  return made;
}

function noteEnd({ ended }: ReferenceNode, name: string, how: Ended): void {
  ended.set(name, [...(ended.get(name) ?? []), how]);
}

function contains(node: ReferenceNode, other: ReferenceNode): boolean {
  return node === other || [...node.children.values()].some((child) => contains(child, other));
}

function series({ node }: Spot): ReferenceNode {
  if (node?.kind !== "FileSeries") throw new Refused("no series");
  return node;
}

/** What `setAttributes` is given, as JSON. */
function attributesOf(value: number): string {
  return JSON.stringify({ value });
}

function newest({ versions }: ReferenceNode): Version {
  const last = versions.at(-1);
  if (!last) throw new Error("A node has a version");
  return last;
}

function lastSegment({ segments, content }: Version): Written {
  return segments.at(-1) ?? content;
}

function sizeOf({ segments, content }: Version): number {
  return segments.length > 0 ? sumOf(segments) : content.size;
}

function sumOf(all: readonly Written[]): number {
  return all.reduce((sum, { size }) => sum + size, 0);
}

function describeNode(node: ReferenceNode): string {
  const last = newest(node);
  const hashes = (last.segments.length > 0 ? last.segments : [last.content]).map(
    ({ sha256 }) => sha256,
  );
  const { entryType, version, size } = { entryType: node.kind, ...last, size: sizeOf(last) };
  return describeEntry({ entryType, version, size, hashes });
}

/** An entry in a word, as the reference has it and as a file system lists it. */
export function describeEntry(entry: {
  readonly entryType: EntryType;
  readonly version: number;
  readonly size: number;
  readonly hashes: readonly string[];
}): string {
  const { entryType, version, size, hashes } = entry;
  return `${entryType} v${version} ${size} ${hashes.map((hash) => hash.slice(0, 8))}`;
}

/** A version in a word. */
export function describeVersion({
  version,
  seq,
  content,
  segments,
}: Omit<Version, "bytes" | "attributes">): string {
  const size = segments.length > 0 ? sumOf(segments) : content.size;
  return `v${version} @${seq} ${size} ${content.sha256.slice(0, 8)}`;
}

function describeBelow(node: ReferenceNode | undefined): string {
  return node ? linesBelow(node).join("\n") : "";
}

function linesBelow(node: ReferenceNode, prefix = ""): string[] {
  const below = [...node.children].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${prefix} ${describeNode(node)}`,
    ...below.flatMap(([name, child]) => linesBelow(child, `${prefix}/${name}`)),
  ];
}
