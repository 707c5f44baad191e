import { type CommitInfo, isTinyFSError, type Pond } from "tinypond";

/** Which commits are followed: those that touch a path, or all of them, and after which one. */
export interface Followed {
  readonly path?: string;
  readonly since?: number;
  readonly signal: AbortSignal;
}

/**
 * Calls back for each commit, of this tab or another and also of the pond itself, until the signal
 * aborts. A pond that is closed has no more of them, which is no failure.
 */
export async function followLog(
  pond: Pond,
  { path, since, signal }: Followed,
  onCommit: (commit: CommitInfo) => Promise<void> | void,
): Promise<void> {
  const options = { signal, maintenance: true, ...(since !== undefined && { since }) };
  try {
    for await (const commit of pond.watch(path && literally(path), options)) {
      if (signal.aborted) return;
      await onCommit(commit);
    }
  } catch (error) {
    if (!isTinyFSError(error, "POND_CLOSED")) throw error;
  }
}

/** A path as a pattern that finds this path alone. */
function literally(path: string): string {
  return path.replaceAll(/[*?[\]{}\\]/g, "\\$&");
}
