import { Auditor } from "./auditor.ts";
import { Load } from "./load.ts";
import { Observer } from "./observer.ts";

/** What the runner calls in a page. */
const calls = {
  /** Makes the pond and what all tabs need in it. */
  prepare: () => Load.prepare(),
  /** Begins to work as a tab that can be killed. */
  begin: (life: string, slot: number) => Load.begin(life, slot),
  /** Ends the storage worker as a crash of it does. */
  killWorker: () => Load.current?.killWorker(),
  stop: () => Load.current?.stop(),
  /** Begins to send the log and what `watch` tells to the runner. */
  observe: () => Observer.begin(),
  endObserving: () => Observer.current?.end(),
  /** What the pond holds in the end. */
  audit: () => new Auditor().audit(),
};

Object.assign(globalThis, { soak: calls });
