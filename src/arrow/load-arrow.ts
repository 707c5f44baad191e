import { TinyFSError } from "../tinyfs/errors.ts";
import { loadOnce } from "../tinyfs/load-once.ts";

/** The module apache-arrow, as its types describe it. */
export type Arrow = typeof import("apache-arrow");

const load = loadOnce(() => import("apache-arrow"));

/**
 * The module apache-arrow, loaded on first use: it is the application's to install.
 * @throws PEER_MISSING
 */
export async function loadArrow(): Promise<Arrow> {
  try {
    return await load();
  } catch (cause) {
    throw peerMissing(cause);
  }
}

function peerMissing(cause: unknown): TinyFSError {
  const message =
    'Cannot load the package "apache-arrow", which tables and series need: run `npm install apache-arrow`';
  return new TinyFSError("PEER_MISSING", message, { cause });
}
