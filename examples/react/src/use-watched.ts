import { useEffect, useState } from "react";
import type { Pond } from "tinypond";

/** What was read last, or why it could not be read. */
export interface Watched<Value> {
  readonly value?: Value;
  readonly error?: Error;
}

/**
 * What `read` gives, read again after each commit, of this tab or another, that touches a path or a glob.
 * `read` is a function that stays the same from render to render.
 */
export function useWatched<Value>(
  pond: Pond,
  pathOrGlob: string,
  read: (pond: Pond) => Promise<Value>,
): Watched<Value> {
  const [watched, setWatched] = useState<Watched<Value>>({});
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;

    async function follow(): Promise<void> {
      // Begun before the first reading, so that no commit falls between them.
      const commits = pond.watch(pathOrGlob, { signal });
      setWatched({ value: await read(pond) });
      for await (const _commit of commits) setWatched({ value: await read(pond) });
    }

    follow().catch((error) => signal.aborted || setWatched({ error }));
    return () => leaving.abort();
  }, [pond, pathOrGlob, read]);
  return watched;
}
