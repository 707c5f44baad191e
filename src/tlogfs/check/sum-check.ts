import { type Key, txnKey } from "../keys.ts";
import { type TxnRow, toHead } from "../txn-row.ts";
import type { CheckRun } from "./check-run.ts";
import type { DirectoryMap } from "./directory-map.ts";
import { fieldsOf, getRaw, readStand } from "./raw-rows.ts";
import { epochIn, epochOf, type Survey, Surveyor } from "./survey.ts";
import { ExactTally, UseTally } from "./use-tally.ts";

/** How often everything is counted again because other tabs wrote meanwhile. */
const ATTEMPTS = 3;

/** What counting has shown. */
export interface Counted {
  readonly survey: Survey;
  /** Names whose uses are not what stands for them: slots of packs, and references. */
  readonly unequal: readonly {
    readonly name: string;
    readonly uses: number;
    readonly held: number;
  }[];
  /** Whether nothing was written meanwhile: only then the rest is worth anything. */
  readonly settled: boolean;
  readonly epoch: string;
}

/** Counts a whole pond, again when it changes meanwhile. */
export async function countAll(
  run: Pick<CheckRun, "context" | "tick" | "rows">,
  attempts: number = ATTEMPTS,
): Promise<Counted> {
  const { database } = run.context;
  const tick = () => run.tick("packs", run.rows);
  for (let attempt = 1; ; attempt += 1) {
    const epoch = await epochOf(database);
    const tally = new UseTally();
    const survey = await new Surveyor(database, tally, tick).run();
    const unequal: { name: string; uses: number; held: number }[] = [];
    for (const buckets of tally.unequal()) {
      const exact = new ExactTally(buckets);
      await new Surveyor(database, exact, tick).run();
      unequal.push(...exact.unequal());
    }
    const settled = (await epochOf(database)) === epoch;
    if (settled || attempt >= attempts) return { survey, unequal, settled, epoch };
  }
}

/** Compares sums, counts and references with the rows. Returns where the directories are. */
export async function checkSums(
  run: CheckRun,
): Promise<{ directories: DirectoryMap; series: Survey["series"]; settled: boolean }> {
  const counted = await countAll(run);
  const { survey, settled } = counted;
  if (settled) {
    for (const { name, uses, held } of counted.unequal) reportUnequal(run, name, uses, held);
    await reportTotals(run, counted);
    await reportOrphanRows(run, survey);
  }
  return { directories: survey.directories, series: survey.series, settled };
}

function reportUnequal({ findings }: CheckRun, name: string, uses: number, held: number): void {
  const key = JSON.parse(name) as Key;
  if (key[0] !== "ref") {
    const slot = Number(key.pop());
    const message = `${uses} rows use slot ${slot} of a pack that counts ${held}`;
    findings.add({ kind: "wrong-count", message, key });
  } else if (uses < held) {
    const message = "A reference stands for a row that is not there";
    findings.add({ kind: "stray-ref", severity: "leftover", message, key });
  } // else the row that names the blob has said so
}

async function reportTotals(run: CheckRun, { survey, epoch }: Counted): Promise<void> {
  const head = await run.context.database.use(["oplog", "packs"])("readonly", async (oplog) => {
    if ((await epochIn(oplog)) !== epoch) return undefined;
    const { head: seq } = await readStand(oplog);
    return getRaw(oplog, txnKey(seq));
  });
  if (!head?.intact) return;
  const row = head.value as TxnRow;
  const told: object = { ...toHead(row).totals, ...row.stored };
  const wrong = Object.entries({ ...survey.totals, ...survey.stored }).filter(
    ([name, sum]) => fieldsOf(told)[name] !== sum,
  );
  if (wrong.length === 0) return;
  const list = wrong.map(([name, sum]) => `${name} ${String(fieldsOf(told)[name])}, not ${sum}`);
  const message = `The newest commit has wrong sums: ${list.join("; ")}`;
  run.findings.add({ kind: "wrong-totals", message, key: head.key });
}

/** Rows in directories that no row names: nothing can reach them. */
async function reportOrphanRows(
  { findings, context }: CheckRun,
  { directories }: Survey,
): Promise<void> {
  const { horizon } = await context.database.use("oplog")("readonly", readStand);
  for (const [id, { rows, newest }] of directories.unknown()) {
    const message = `${rows} rows stand in directory ${id}, which is not there`;
    // What history does not keep any more is what an interrupted vacuum has left.
    const severity = newest > horizon ? "error" : "leftover";
    findings.add({ kind: "orphan-row", severity, message, key: ["dir", id] });
  }
}
