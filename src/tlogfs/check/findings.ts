import type { Place } from "../../tinyfs/entry.ts";
import type { Key } from "../keys.ts";
import type { Finding, FindingKind, Severity } from "./report.ts";

/** A fault as it is found: its path is known once all directories are. */
export interface Found extends Omit<Finding, "severity" | "key" | "path"> {
  readonly severity?: Severity;
  readonly key?: Key;
  readonly place?: Place;
  /** Whether it was met through a row that a listing shows. */
  readonly isCurrent?: boolean;
}

/** Kinds that are about bytes: whatever row they were met through, one hash is one fault. */
const ABOUT_BYTES = new Set<FindingKind>([
  "corrupt-bytes",
  "missing-blob",
  "truncated-blob",
  "corrupt-blob",
]);

/** Collects faults, each once. */
export class Findings {
  readonly #found = new Map<string, Found>();

  /** Adds one. Of several that name one fault the first is kept, or the first that a listing shows. */
  add(found: Found): void {
    const { page, sha256, key } = found;
    const id = JSON.stringify([found.kind, key ?? sha256, page]);
    const known = this.#found.get(id);
    if (!known || (found.isCurrent && !known.isCurrent)) this.#found.set(id, found);
  }

  /** All of them. */
  all(): Found[] {
    return [...this.#found.values()];
  }
}

/** What a note of the quarantine about a fault is kept under. */
export function noteKey({ kind, sha256, key }: Omit<Finding, "key"> & { key?: string }): Key {
  if (ABOUT_BYTES.has(kind)) return ["bad", "bytes", sha256 ?? ""];
  return ["bad", "row", key ?? sha256 ?? ""];
}

/** A fault as it is reported. @param path where the place is, if that is known */
export function toFinding(found: Found, path: string | undefined): Finding {
  const { place: _, isCurrent: __, key, severity = "error", ...rest } = found;
  return {
    ...rest,
    severity,
    ...(path !== undefined && { path }),
    ...(key && { key: JSON.stringify(key) }),
  };
}
