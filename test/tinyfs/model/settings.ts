/** How much the random tests try, and where they begin: set by MODEL_RUNS, MODEL_SEED and MODEL_PATH. */
export interface ModelSettings {
  readonly runs?: number;
  readonly seed?: number;
  /** Of a failure that fast-check has shrunk. */
  readonly path?: string;
}

/** Put in place by the test runner's configuration. */
declare const MODEL_SETTINGS: ModelSettings;

/** What the environment asks for. */
export const settings: ModelSettings = MODEL_SETTINGS;
