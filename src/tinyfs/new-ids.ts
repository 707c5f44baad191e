import { uuidv7 } from "uuidv7";
import type { NodeId } from "./node-id.ts";

/** A new identity; later ones sort after earlier ones. */
export function newNodeId(): NodeId {
  return uuidv7() as NodeId;
}

/** A new identity for a transaction: a UUIDv7. */
export function newTransactionId(): string {
  return uuidv7();
}
