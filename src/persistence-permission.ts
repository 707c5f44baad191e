/** Firefox asks the user and may never answer; nobody waits longer than this. */
const PATIENCE_MS = 1000;

/**
 * Whether the browser has promised not to evict this origin.
 * @param ask whether to ask it for that promise first
 */
export async function askForPersistence(ask: boolean): Promise<boolean> {
  const { storage } = navigator;
  try {
    if (ask) await withPatience(storage.persist());
    return await storage.persisted();
  } catch {
    return false; // no promise was given: in some modes there is nobody to give it
  }
}

async function withPatience(answer: Promise<boolean>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([answer, patience]);
  clearTimeout(timer);
}
