import type { EndedRow, Oplog, Row } from "./oplog.ts";

/** A node with what is below it now. */
export function nodesBelow(oplog: Oplog, nodeId: string): Set<string> {
  const below = oplog.rowsAt(nodeId, oplog.head);
  return new Set([nodeId, ...below.flatMap((row) => [...nodesBelow(oplog, row.nodeId)])]);
}

/** Whether a tag, a reader or a transaction shows a row of these nodes. */
export function isShown(oplog: Oplog, nodes: ReadonlySet<string>): boolean {
  const seqs = [...oplog.pins.keys(), ...oplog.tags];
  return [...oplog.rows()].some((row) => {
    return nodes.has(row.nodeId) && seqs.some((seq) => row.placedSeq <= seq && seq < endOf(row));
  });
}

/** Drops all rows of nodes that stand nowhere, and their segments. */
export function dropNodes(oplog: Oplog, nodes: ReadonlySet<string>): void {
  for (const row of [...oplog.rows()]) if (nodes.has(row.nodeId)) oplog.drop(row);
  for (const nodeId of nodes) oplog.dropSegments(nodeId);
}

function endOf(row: Row | EndedRow): number {
  return "endSeq" in row ? row.endSeq : Number.POSITIVE_INFINITY;
}
