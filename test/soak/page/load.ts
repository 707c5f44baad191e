import type { CommitInfo, Pond } from "../../../src/index.ts";
import { isTinyFSError } from "../../../src/index.ts";
import {
  bytesOf,
  COUNTERS,
  counterPath,
  FILES,
  openSoakPond,
  report,
  SERIES,
  SLOTS,
  segmentOf,
  TOTAL,
  writerOf,
} from "./soak-pond.ts";

/** What a tab may be told without anything being wrong: others were faster, or its worker was killed. */
const EXPECTED = new Set([
  "CONFLICT",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "HISTORY_TRUNCATED",
  "VERSION_PRUNED",
  "POND_CLOSED",
  "WORKER_DIED",
  "WORKER_START",
  "SUSPENDED",
  "COMMIT_UNKNOWN",
]);

/** How long vacuum keeps what was replaced: the observer has read the log long before. */
const KEEP_MS = 20_000;

interface Deed {
  /** The file that it writes, where its last writer counts. */
  readonly path?: string;
  /** The id that the bytes carry. */
  readonly id: string;
  run(pond: Pond): Promise<{ readonly seq?: number | undefined }>;
}

/** How often each kind of deed comes. */
const MIX = {
  small: 8,
  shared: 5,
  large: 2,
  transfer: 8,
  append: 6,
  rename: 3,
  remove: 2,
  read: 8,
  snapshot: 4,
  gc: 0.3,
  vacuum: 0.2,
} as const;

type Kind = keyof typeof MIX;

/** A tab that does one random thing after another, and tells before and after. */
export class Load {
  static current: Load | undefined;
  readonly #life: string;
  readonly #slot: number;
  #pond: Promise<Pond>;
  #worker: Worker | undefined;
  #number = 0;
  #isStopped = false;
  #ended: Promise<void> = Promise.resolve();

  /** @param life a name that no other tab has had @param slot the files that are its own */
  constructor(life: string, slot: number) {
    this.#life = life;
    this.#slot = slot;
    this.#pond = this.#open();
  }

  /** Makes what all tabs need. */
  static async prepare(): Promise<void> {
    const pond = await openSoakPond();
    await pond.transaction(async ({ root }) => {
      for (const name of ["/counters", "/own", "/shared", "/series", "/balls"]) {
        await root.createDir(name);
      }
      for (let index = 0; index < COUNTERS; index++) {
        await root.writeFile(counterPath(index), String(TOTAL / COUNTERS));
      }
      for (const path of SERIES) {
        await root.writeFile(path, segmentOf("first"), { entryType: "FileSeries" });
      }
      for (let slot = 0; slot < SLOTS; slot++) {
        await root.createDir(`/own/${slot}`);
        await root.createDir(`/balls/${slot}`);
        await root.createDir(`/balls/${slot}/ball`);
        await root.writeFile(`/balls/${slot}/ball/inside`, bytesOf(`ball${slot}`, 200));
      }
    });
    await pond.close();
  }

  /** Begins, and goes on until it is stopped or the page dies. */
  static async begin(life: string, slot: number): Promise<void> {
    const load = new Load(life, slot);
    Load.current = load;
    await load.#pond;
    load.#ended = load.#work();
  }

  /** Ends the worker behind the pond's back; the pond is opened anew once that shows. */
  killWorker(): void {
    this.#worker?.terminate();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
    await (await this.#pond).close();
  }

  #open(): Promise<Pond> {
    return openSoakPond(() => {
      // Written out, since bundlers look for just this.
      this.#worker = new Worker(new URL("../../../src/worker/storage.worker.ts", import.meta.url), {
        type: "module",
      });
      return this.#worker;
    });
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) {
      const kind = pickKind();
      this.#number += 1;
      const id = `${this.#life}-${this.#number}`;
      const deed = this.#deed(kind, id);
      const written = deed.path === undefined ? {} : { path: deed.path };
      await report("begun", { deed: kind, id, ...written });
      try {
        const { seq } = await deed.run(await this.#pond);
        await report("done", { deed: kind, id, seq, ...written });
      } catch (error) {
        const code = isTinyFSError(error) ? error.code : undefined;
        const isExpected = code !== undefined && (EXPECTED.has(code) || wasAsleep(error));
        await report("refused", { deed: kind, id, code, isExpected, message: String(error) });
        if (code === "WORKER_DIED" || code === "POND_CLOSED") await this.#reopen();
      }
    }
  }

  async #reopen(): Promise<void> {
    await (await this.#pond).close();
    this.#pond = this.#open();
  }

  #deed(kind: Kind, id: string): Deed {
    switch (kind) {
      case "small":
        return writing(`/own/${this.#slot}/f${below(FILES)}`, id, 100 + below(8_000));
      case "shared":
        return writing(`/shared/f${below(FILES)}`, id, 100 + below(70_000));
      case "large":
        return writing(`/own/${this.#slot}/large${below(3)}`, id, 65_536 + below(400_000));
      case "remove":
        return this.#removing(id);
      case "transfer":
        return { id, run: (pond) => transfer(pond, id) };
      case "append":
        return { id, run: (pond) => append(pond, id) };
      case "rename":
        return { id, run: (pond) => this.#rename(pond) };
      case "read":
        return { id, run: (pond) => this.#read(pond) };
      case "snapshot":
        return { id, run: (pond) => lookBack(pond) };
      case "gc":
        return { id, run: async (pond) => nothing(await pond.gc()) };
      case "vacuum":
        return { id, run: async (pond) => nothing(await pond.vacuum({ keepFor: KEEP_MS })) };
    }
  }

  /** Writes a file and removes it: in the end there is none. */
  #removing(id: string): Deed {
    const path = `/own/${this.#slot}/gone${id}`;
    return {
      id,
      run: async ({ root }) => {
        await root.writeFile(path, bytesOf(id, 100 + below(90_000)), { create: "new" });
        await root.remove(path);
        return {};
      },
    };
  }

  async #rename({ root }: Pond): Promise<{ seq: number }> {
    const directory = `/balls/${this.#slot}`;
    const [ball] = await root.list(directory).toArray();
    const { txnSeq } = await root.rename(
      `${directory}/${ball?.name}`,
      `${directory}/ball${below(1_000_000)}`,
    );
    return { seq: txnSeq };
  }

  async #read({ root }: Pond): Promise<object> {
    const slot = below(SLOTS);
    const path = below(2) === 0 ? `/own/${slot}/f${below(FILES)}` : `/shared/f${below(FILES)}`;
    writerOf(path, await root.readFile(path));
    return {};
  }
}

/** Whether a transaction ended since the page was put to sleep, and not since a write failed. */
function wasAsleep(error: unknown): boolean {
  return isTinyFSError(error, "TRANSACTION_POISONED") && isTinyFSError(error.cause, "SUSPENDED");
}

function writing(path: string, id: string, size: number): Deed {
  return {
    id,
    path,
    run: async ({ root }) => ({ seq: (await root.writeFile(path, bytesOf(id, size))).txnSeq }),
  };
}

/** Moves a sum from one counter to another, all or nothing. */
async function transfer(pond: Pond, id: string): Promise<{ seq: number | undefined }> {
  const from = below(COUNTERS);
  const to = (from + 1 + below(COUNTERS - 1)) % COUNTERS;
  const sum = 1 + below(50);
  let attempts = 0;
  await pond.transaction(
    async ({ root }) => {
      attempts += 1;
      const [left, right] = [await readCounter(root, from), await readCounter(root, to)];
      await root.writeFile(counterPath(from), String(left - sum));
      await root.writeFile(counterPath(to), String(right + sum));
    },
    { label: id, retries: 30 },
  );
  if (attempts > 1) await report("conflicts", { count: attempts - 1 });
  return { seq: undefined };
}

async function append({ root }: Pond, id: string): Promise<{ seq: number }> {
  const path = SERIES[below(SERIES.length)] as string;
  const { txnSeq } = await root.writeFile(path, segmentOf(`${path}:${id};`), { append: true });
  return { seq: txnSeq };
}

/** A snapshot of some time ago shows the whole sum. */
async function lookBack(pond: Pond): Promise<object> {
  const newest = await newestCommit(pond);
  const seq = Math.max(1, (newest?.seq ?? 1) - below(30));
  const snapshot = await pond.snapshot({ seq });
  try {
    let sum = 0;
    for (let index = 0; index < COUNTERS; index++) sum += await readCounter(snapshot.root, index);
    if (sum !== TOTAL) throw new Error(`snapshot ${seq} sums up to ${sum} and not ${TOTAL}`);
  } finally {
    await snapshot.close();
  }
  return {};
}

async function newestCommit(pond: Pond): Promise<CommitInfo | undefined> {
  for await (const commit of pond.log({ reverse: true })) return commit;
  return undefined;
}

async function readCounter(root: Pond["root"], index: number): Promise<number> {
  return Number(new TextDecoder().decode(await root.readFile(counterPath(index))));
}

/** For deeds that commit nothing. */
function nothing(_: unknown): object {
  return {};
}

function pickKind(): Kind {
  const kinds = Object.entries(MIX) as [Kind, number][];
  let left = Math.random() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of kinds) {
    left -= weight;
    if (left < 0) return kind;
  }
  return "read";
}

function below(count: number): number {
  return Math.floor(Math.random() * count);
}
