import { TinyFSError } from "../tinyfs/errors.ts";
import { loadOnce } from "../tinyfs/load-once.ts";

/** The module apache-arrow, as its types describe it. */
export type Arrow = typeof import("apache-arrow");

const load = loadOnce(() => import("apache-arrow"));

/**
 * The module apache-arrow, loaded on first use: it is the application's to install.
 * @throws PEER_MISSING where it is not there, or is older than what the manifest asks for
 */
export async function loadArrow(): Promise<Arrow> {
  const arrow = await load().catch((cause) => {
    throw peerMissing(cause);
  });
  if (!("LargeList" in arrow)) throw peerTooOld();
  return arrow;
}

function peerMissing(cause: unknown): TinyFSError {
  const message =
    'Cannot load the package "apache-arrow", which tables and series need: run `npm install apache-arrow`';
  return new TinyFSError("PEER_MISSING", message, { cause });
}

/** A package manager that was told to overlook the peer's range has installed it. */
function peerTooOld(): TinyFSError {
  const message =
    'The package "apache-arrow" is too old for tables and series, which need 21.2 or a later 21: run `npm install apache-arrow@21`, and `npm install older-arrow@npm:apache-arrow@<yours>` to keep the old one beside it';
  return new TinyFSError("PEER_MISSING", message);
}
