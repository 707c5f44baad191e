import { useEffect, useState } from "react";
import { openPond, type Pond } from "tinypond";

/** An open pond, or what became of opening it. */
export interface OpenedPond {
  readonly pond?: Pond;
  readonly error?: Error;
}

/** Opens a pond for as long as the component is there, and closes it after. */
export function usePond(name: string): OpenedPond {
  const [opened, setOpened] = useState<OpenedPond>({});
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const opening = openPond(name, { signal });
    opening.then(
      (pond) => signal.aborted || setOpened({ pond }),
      (error) => signal.aborted || setOpened({ error }),
    );
    return () => {
      leaving.abort();
      opening.then(
        (pond) => pond.close(),
        () => {}, // it was not opened: there is nothing to close
      );
    };
  }, [name]);
  return opened;
}
