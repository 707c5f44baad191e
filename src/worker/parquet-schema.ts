import type { SchemaElement } from "hyparquet";
import { parquetMetadata, parquetSchema } from "hyparquet/src/metadata.js";
import { joinFooters } from "./footer-writing.ts";
import type { Footer } from "./parquet-footer.ts";
import type { ParquetColumn, ParquetLogicalType } from "./parquet-types.ts";

/** A leaf column without what only row groups know. */
export type LeafColumn = Omit<ParquetColumn, "codec">;

type SchemaTree = ReturnType<typeof parquetSchema>;

/**
 * The leaf columns of a footer, in file order. hyparquet reads the schema from a footer without row
 * groups: its own reading of row groups rounds decimals and timestamps.
 * @throws Error where the schema is not a tree
 */
export function leafColumns(footer: Footer): LeafColumn[] {
  const { schema } = parquetMetadata(joinFooters(footer, []), { geoparquet: false });
  const root = parquetSchema({ schema });
  if (root.count !== schema.length) throw new Error("its schema is not one tree");
  const leaves: LeafColumn[] = [];
  for (const child of root.children) collectLeaves(child, { nullable: false }, leaves);
  return leaves;
}

function collectLeaves(
  { element, children, path }: SchemaTree,
  around: Pick<LeafColumn, "nullable" | "repeated">,
  leaves: LeafColumn[],
): void {
  const nullable = around.nullable || element.repetition_type === "OPTIONAL";
  const isRepeated = around.repeated || element.repetition_type === "REPEATED";
  const within = { nullable, ...(isRepeated && { repeated: true as const }) };
  for (const child of children) collectLeaves(child, within, leaves);
  if (children.length > 0 || !element.type) return;
  const logicalType = logicalTypeOf(element);
  const known = logicalType ? { logicalType } : {};
  leaves.push({
    name: path.join("."),
    path,
    physicalType: element.type,
    ...known,
    ...within,
  });
}

/** Old writers know only the converted type, the predecessor of the logical type. */
function logicalTypeOf(element: SchemaElement): ParquetLogicalType | undefined {
  const { logical_type: logical, converted_type: converted, precision = 0, scale = 0 } = element;
  // A logical type that hyparquet does not know comes without a name.
  if (logical?.type) return logical;
  if (converted === "DECIMAL") return { type: "DECIMAL", precision, scale };
  return converted === undefined ? undefined : fromConverted(converted);
}

function fromConverted(converted: string): ParquetLogicalType {
  const [kind = converted, detail] = converted.split("_");
  if (kind === "UTF8") return { type: "STRING" };
  if (kind === "TIME" || kind === "TIMESTAMP") {
    return { type: kind, isAdjustedToUTC: true, unit: detail === "MILLIS" ? "MILLIS" : "MICROS" };
  }
  if (kind === "INT" || kind === "UINT") {
    return { type: "INTEGER", bitWidth: Number(detail), isSigned: kind === "INT" };
  }
  return { type: kind };
}
