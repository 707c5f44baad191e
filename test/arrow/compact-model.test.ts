import { expect } from "chai";
import fc from "fast-check";
import type { ArrowPond } from "./arrow-contract.ts";
import { createTestBatch } from "./batch-fixtures.ts";
import { openMemoryPond } from "./memory-pond.ts";

type Step =
  | { readonly kind: "append"; readonly rows: number }
  | { readonly kind: "compact"; readonly reencode: boolean; readonly few: boolean }
  | { readonly kind: "trim"; readonly keepRows: number }
  | { readonly kind: "restore" | "read"; readonly back: number }
  | { readonly kind: "together"; readonly rows: number; readonly reencode: boolean };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("append"), rows: fc.integer({ min: 0, max: 5 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("compact"),
        reencode: fc.boolean(),
        few: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("trim"),
        keepRows: fc.integer({ min: 0, max: 12 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore"), back: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("read"), back: fc.nat(5) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("together"),
        rows: fc.integer({ min: 1, max: 3 }),
        reencode: fc.boolean(),
      }),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 4, maxLength: 14 },
);

/** A series, and beside it what it should hold: the rows of each of its versions. */
class SeriesModel {
  readonly #pond: ArrowPond;
  readonly #versions: number[][] = [];
  #next = 0;

  constructor(pond: ArrowPond) {
    this.#pond = pond;
  }

  async begin(): Promise<void> {
    await this.#pond.root.createSeriesFromBatches("/s", [createTestBatch(2, 0)]);
    this.#versions.push(this.#take(2));
  }

  async run(step: Step): Promise<void> {
    const { root } = this.#pond;
    switch (step.kind) {
      case "append":
        return this.#append(step.rows);
      case "compact":
        await root.compactSeries("/s", {
          reencode: step.reencode,
          ...(step.few && { targetBytes: 3000, minSegments: 3 }),
        });
        return;
      case "trim": {
        await root.trimSeries("/s", { keepRows: step.keepRows });
        const now = this.#now;
        const kept = step.keepRows === 0 ? [] : now.slice(-step.keepRows);
        if (kept.length < now.length) this.#versions.push(kept);
        return;
      }
      case "restore": {
        const version = Math.max(1, this.#versions.length - step.back);
        await root.restore("/s", version);
        const rows = this.#versions[version - 1] ?? [];
        if (version < this.#versions.length) this.#versions.push(rows);
        return;
      }
      case "read":
        return this.#check(Math.max(1, this.#versions.length - step.back));
      case "together": {
        const { reencode, rows } = step;
        await Promise.all([
          root.compactSeries("/s", { reencode }),
          this.#append(rows),
          root.compactSeries("/s"),
        ]);
      }
    }
  }

  /** Compares all versions, and what is said of the newest. */
  async finish(): Promise<void> {
    for (const version of this.#versions.keys()) await this.#check(version + 1);
    const { root } = this.#pond;
    const { version, rowCount } = await root.stat("/s");
    expect([version, rowCount]).deep.equal([this.#versions.length, this.#now.length]);
    await root.importParquet("/bytes", await root.readFile("/s"), { create: "either" });
    expect(idsOf(await root.readTable("/bytes"))).deep.equal(this.#now);
  }

  get #now(): number[] {
    return this.#versions.at(-1) ?? [];
  }

  async #append(rows: number): Promise<void> {
    const ids = this.#take(rows);
    const after = [...this.#now, ...ids];
    await this.#pond.root.appendSeries("/s", [createTestBatch(rows, ids[0] ?? 0)]);
    this.#versions.push(after);
  }

  async #check(version: number): Promise<void> {
    const table = await this.#pond.root.readSeries("/s", { version });
    expect(idsOf(table)).deep.equal(this.#versions[version - 1]);
  }

  #take(rows: number): number[] {
    const start = this.#next;
    this.#next += rows;
    return Array.from({ length: rows }, (_, at) => start + at);
  }
}

function idsOf(table: { getChild(name: "id"): { toArray(): ArrayLike<number> } | null }): number[] {
  return Array.from(table.getChild("id")?.toArray() ?? []);
}

describe("a series under appends, compactions and trims in any order", () => {
  it("has at each version the rows that a list of rows would have", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const pond = await openMemoryPond();
        try {
          const model = new SeriesModel(pond);
          await model.begin();
          for (const step of all) await model.run(step);
          await model.finish();
        } finally {
          await pond.close();
        }
      }),
      { numRuns: 25 },
    );
  }).timeout(120_000);
});
