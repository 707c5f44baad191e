import { FS, WD } from "../../src/tinyfs/index.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { newPondName, openPond } from "./pond-fixture.ts";

/** A page that a test puts to sleep: its events, without a browser that means them. */
export class SleepingPage extends EventTarget {
  hide(): void {
    this.dispatchEvent(new Event("pagehide"));
  }

  show(): void {
    this.dispatchEvent(new Event("pageshow"));
  }

  freeze(): void {
    this.dispatchEvent(new Event("freeze"));
  }

  resume(): void {
    this.dispatchEvent(new Event("resume"));
  }
}

/** A pond in a page of its own. */
export interface PondInPage {
  readonly name: string;
  readonly page: SleepingPage;
  readonly persistence: OpLogPersistence;
  readonly fs: FS;
  readonly root: WD;
}

/** Opens a pond as another tab does that can be put to sleep. */
export async function openInPage(name: string = newPondName()): Promise<PondInPage> {
  const page = new SleepingPage();
  const persistence = await openPond({ name, page });
  const fs = new FS({ persistence }, (context) => new WD(context));
  return { name, page, persistence, fs, root: fs.root };
}

/** Names of the Web Locks of a pond that somebody holds or waits for. */
export async function locksOf(name: string): Promise<string[]> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].flatMap((lock) => (lock.name?.includes(name) ? lock.name : []));
}

/** Waits until a condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
