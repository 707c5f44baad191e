/** What somebody has opened and has to end. It must not lead back to the object that they were given. */
export interface Unclosed {
  /** Whether it has ended. */
  readonly isOver: boolean;
  /** Ends it, and says what was wrong and what to do about it. */
  abandon(): string;
}

const dropped = new FinalizationRegistry<Unclosed>((unclosed) => {
  if (unclosed.isOver) return;
  // biome-ignore lint/suspicious/noConsole: nobody is left who could be given an error
  console.warn(unclosed.abandon());
});

/** Reports an object that is garbage before what it stands for has ended, and ends that. */
export function reportIfDropped(given: object, unclosed: Unclosed): void {
  dropped.register(given, unclosed);
}
