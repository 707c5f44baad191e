import { NameTurns, type Turn } from "./name-turns.ts";
import type { Session } from "./session.ts";
import type { WDContext } from "./wd-context.ts";

const turnsOf = new WeakMap<Session, NameTurns>();

/**
 * The turn of a call that writes a whole file, behind those that were made for the same path before it. Bytes
 * take as long to be hashed and stored as they are many: without turns what was written first might stay.
 */
export function turnAtPath({ session, base }: WDContext, path: string): Turn {
  const turns = turnsOf.get(session) ?? new NameTurns();
  turnsOf.set(session, turns);
  return turns.take([`${base}\0${path}`]);
}
