import type { BytesRules } from "../rules.ts";
import { BYTES_RULES } from "../rules.ts";
import type { Scene } from "./actors.ts";
import { collect, commitBytes, damage, dropRow, Violation } from "./actors.ts";
import { ByteStore, Owner } from "./store.ts";

/** A step of a schedule: somebody begins, goes on, or dies. Choices are drawn from `choice`. */
export interface BytesStep {
  readonly act: "commit" | "collect" | "drop" | "damage" | "step" | "die";
  /** Which of those who are there. */
  readonly who: number;
  readonly choice: number;
}

interface Actor {
  readonly me: Owner;
  readonly steps: Generator<void, void>;
}

const KINDS = { commit: commitBytes, collect, drop: dropRow, damage };
const MOST_ACTORS = 5;

/** Tabs that publish, commit and collect at once, and are held to what must always be so. */
export class BytesWorld {
  readonly #store = new ByteStore();
  readonly #rules: BytesRules;
  readonly #actors: Actor[] = [];
  /** Of every commit, when it was made: a row may be dropped, and must not come twice. */
  readonly #seen = new Set<string>();
  #count = 0;
  #choice = 0;

  constructor(rules: BytesRules) {
    this.#rules = rules;
  }

  run(steps: readonly BytesStep[]): void {
    for (const step of steps) {
      this.#choice = step.choice;
      this.#step(step);
      this.#check();
    }
    for (const actor of [...this.#actors]) this.#end(actor);
    this.#checkLeavings();
  }

  #step({ act, who }: BytesStep): void {
    if (act !== "step" && act !== "die") {
      if (this.#actors.length < MOST_ACTORS) this.#begin(act);
      return;
    }
    const actor = this.#actors[who % Math.max(1, this.#actors.length)];
    if (!actor) return;
    if (act === "die" || actor.steps.next().done) this.#end(actor);
  }

  #begin(kind: keyof typeof KINDS): void {
    this.#count += 1;
    const me = new Owner();
    this.#store.owners.add(me);
    const scene: Scene = {
      store: this.#store,
      rules: this.#rules,
      me,
      id: `t${this.#count}`,
      pick: (items) => this.#pick(items),
    };
    this.#actors.push({ me, steps: KINDS[kind](scene) });
  }

  #end(actor: Actor): void {
    this.#store.owners.delete(actor.me);
    this.#actors.splice(this.#actors.indexOf(actor), 1);
  }

  /** Several picks of one step differ. */
  #pick<Item>(items: readonly Item[]): Item {
    const picked = items[this.#choice % items.length] as Item;
    this.#choice = Math.floor(this.#choice / items.length);
    return picked;
  }

  #check(): void {
    const { rows, files, packs } = this.#store;
    for (const [index, { id, sha256, pack }] of rows.entries()) {
      if (!files.has(sha256)) throw new Violation(`a row names ${sha256}, and its file is gone`);
      if (pack && !packs.has(pack)) throw new Violation(`the pack of ${id} is gone`);
      if (rows.findIndex((row) => row.id === id) !== index) {
        throw new Violation(`${id} was committed twice`);
      }
      this.#seen.add(id);
    }
  }

  /** One collection after the end of all leaves nothing that no row names. */
  #checkLeavings(): void {
    const store = this.#store;
    const me = new Owner();
    const nothing = { id: "", pick: () => undefined as never };
    for (const _ of collect({ store, rules: BYTES_RULES, me, ...nothing })) this.#check();
    const left = [
      ...store.listBlobs().filter((sha256) => store.references(sha256) === 0),
      ...[...store.packs.keys()].filter((pack) => !store.rows.some((row) => row.pack === pack)),
      ...store.temporaries.keys(),
    ];
    if (left.length > 0) throw new Violation(`left over: ${left}`);
  }
}
