import type { Key } from "../keys.ts";
import { seal } from "../oplog-rows.ts";
import { noteKey } from "./findings.ts";
import type { Finding } from "./report.ts";

/** What repair notes of a fault that it could not mend, with the damaged row beside its checksum. */
interface Note {
  readonly message: string;
  readonly path?: string;
  readonly version?: number;
}

/** Notes a fault, and keeps the damaged row: repair deletes nothing but leftovers. */
export function putNote(oplog: IDBObjectStore, finding: Finding, damaged?: unknown): void {
  const key = noteKey(finding);
  const { message, path, version } = finding;
  const note: Note = {
    message,
    ...(path !== undefined && { path }),
    ...(version !== undefined && { version }),
  };
  oplog.put({ ...seal(key, note), ...(damaged !== undefined && { damaged }) }, key);
}

/** A note as a finding. @param isMet whether the check has met the fault again */
export function noteFinding(key: Key, value: unknown, isMet: boolean): Finding {
  const note = Object(value) as Partial<Note>;
  const [, about, id] = key;
  const named = {
    key: JSON.stringify(key),
    ...(about === "bytes" && { sha256: String(id) }),
    ...(note.path !== undefined && { path: note.path }),
    ...(note.version !== undefined && { version: note.version }),
  };
  if (isMet) {
    const message = `Set aside by a repair: ${note.message}`;
    return { kind: "quarantined", severity: "known", message, ...named };
  }
  const message = `Noted by a repair, and whole again since: ${note.message}`;
  return { kind: "quarantined", severity: "leftover", message, ...named };
}
