import { TinyFSError } from "../tinyfs/errors.ts";

/** @throws STORAGE_UNAVAILABLE where the browser lacks what a pond stands on, saying what and why */
export function requireBrowserStorage(pond: string): void {
  const missing = findMissing();
  if (missing === undefined) return;
  const reason = globalThis.isSecureContext
    ? `this browser, or its present mode, has no ${missing}`
    : `there is no ${missing} in an insecure context. Serve the page from https or localhost`;
  throw new TinyFSError("STORAGE_UNAVAILABLE", `Cannot open pond "${pond}": ${reason}`);
}

function findMissing(): string | undefined {
  const has = {
    IndexedDB: () => globalThis.indexedDB !== undefined,
    "Web Locks": () => globalThis.navigator?.locks !== undefined,
    WebCrypto: () => globalThis.crypto?.subtle !== undefined,
  };
  for (const [name, isThere] of Object.entries(has)) if (!isGranted(isThere)) return name;
  return undefined;
}

function isGranted(isThere: () => boolean): boolean {
  try {
    return isThere();
  } catch {
    return false; // a sandboxed frame may not even look
  }
}
