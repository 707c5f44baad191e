import type { UseStore } from "idb-keyval";
import type { PondContext } from "../pond-context.ts";
import { yieldToEvents } from "../yield-to-events.ts";
import type { Finding, Repaired } from "./report.ts";

/** What became of a finding, without the finding. */
export type Outcome = Omit<Repaired, "finding">;

/** One repair: what its parts share. */
export class RepairRun {
  readonly context: PondContext;
  readonly outcomes: Map<Finding, Outcome> = new Map();
  readonly rows = 0;

  constructor(context: PondContext) {
    this.context = context;
  }

  /** A transaction over rows and packs. */
  get use(): UseStore {
    return this.context.database.use(["oplog", "packs"]);
  }

  /** Lets the page breathe. */
  async tick(): Promise<void> {
    await yieldToEvents();
  }
}

/** The key that a finding names. */
export function keyOf({ key }: Finding): (string | number)[] {
  return key === undefined ? [] : (JSON.parse(key) as (string | number)[]);
}

export const restored = (message: string): Outcome => ({ outcome: "restored", message });
export const removed = (message: string): Outcome => ({ outcome: "removed", message });
export const quarantined = (message: string): Outcome => ({ outcome: "quarantined", message });
export const left = (message: string): Outcome => ({ outcome: "left", message });

/** For faults that are not there any more when they are to be mended. */
export const WHOLE_AGAIN: Outcome = restored("It was whole again already");
