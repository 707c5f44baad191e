declare const nodeIdBrand: unique symbol;

/** The identity of a node: it survives moves, and ends with the node. A UUIDv7. */
export type NodeId = string & {
  /** @hidden */
  readonly [nodeIdBrand]: true;
};

/** The root directory of every pond. */
export const ROOT_ID: NodeId = "00000000-0000-7000-8000-000000000000" as NodeId;
