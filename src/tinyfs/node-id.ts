import { uuidv7 } from "uuidv7";

declare const nodeIdBrand: unique symbol;

/** The identity of a node: it survives moves, and ends with the node. A UUIDv7. */
export type NodeId = string & {
  /** @hidden */
  readonly [nodeIdBrand]: true;
};

/** The root directory of every pond. */
export const ROOT_ID: NodeId = "00000000-0000-7000-8000-000000000000" as NodeId;

/** A new identity; later ones sort after earlier ones. */
export function newNodeId(): NodeId {
  return uuidv7() as NodeId;
}

/** A new identity for a transaction: a UUIDv7. */
export function newTransactionId(): string {
  return uuidv7();
}
