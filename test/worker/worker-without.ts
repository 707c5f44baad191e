/** What a browser may lack. */
export type Feature = "sync handles" | "OPFS";

const removals: Record<Feature, string> = {
  "sync handles": "delete FileSystemFileHandle.prototype.createSyncAccessHandle;",
  OPFS: "delete StorageManager.prototype.getDirectory;",
};

/** Makes storage workers that lack something, as those of another browser do. */
export function workerWithout(feature: Feature): () => Worker {
  return workerAfter(removals[feature]);
}

/** Makes storage workers that run a script before the engine's own. */
export function workerAfter(prologue: string): () => Worker {
  const engine = new URL("../../src/worker/storage.worker.js", import.meta.url).href;
  const first = scriptOf(prologue);
  const both = scriptOf(`import ${JSON.stringify(first)}; import ${JSON.stringify(engine)};`);
  return () => new Worker(both, { type: "module" });
}

function scriptOf(source: string): string {
  return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}
