import { deletePond, openPond, type Pond } from "tinypond";
import { compare, type Figure, timed } from "../figure.ts";

const NAMES = 100;
const VERSIONS = 500;
/** How often a listing is read for one time: one alone is about as long as the clock's ticks. */
const LISTINGS = 20;
const ROUNDS = 15;
const OLD = "bench-list-old";
const FRESH = "bench-list-fresh";

/** Listing names with a long history, against listing as many without one. */
export async function listHistory(): Promise<Figure[]> {
  const [old, fresh] = [await fill(OLD, VERSIONS + 1), await fill(FRESH, 1)];
  try {
    const contest = {
      what: `listing ${NAMES} names with ${VERSIONS} old versions each, against listing ${NAMES} fresh ones`,
      limit: 1.5,
      ours: () => timed(() => list(old)),
      byHand: () => timed(() => list(fresh)),
    };
    return [await compare(contest, ROUNDS)];
  } finally {
    await Promise.all([old.close(), fresh.close()]);
    await Promise.all([deletePond(OLD), deletePond(FRESH)]);
  }
}

async function list({ root }: Pond): Promise<void> {
  for (let count = 0; count < LISTINGS; count += 1) {
    const { length } = await root.list("/");
    if (length !== NAMES) throw new Error(`${length} names were listed`);
  }
}

async function fill(name: string, versions: number): Promise<Pond> {
  await deletePond(name);
  const pond = await openPond(name, { durability: "relaxed", retention: {} });
  for (let version = 1; version <= versions; version += 1) {
    await pond.transaction(async (tx) => {
      for (let n = 0; n < NAMES; n += 1) await tx.root.writeFile(`/${n}`, `${version}`);
    });
  }
  return pond;
}
