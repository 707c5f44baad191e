const TABLES = /\.(parquet|arrow|feather|csv|tsv|json|ndjson|jsonl)$/i;

/** How a file is taken in; `bytes` as it is. */
export type FileKind = "parquet" | "arrow" | "csv" | "json" | "bytes";

const KINDS: Readonly<Record<string, FileKind>> = {
  parquet: "parquet",
  arrow: "arrow",
  feather: "arrow",
  csv: "csv",
  tsv: "csv",
  json: "json",
  ndjson: "json",
  jsonl: "json",
};

/** What a file is, judged by its name. */
export function fileKind(fileName: string): FileKind {
  return KINDS[TABLES.exec(fileName)?.[1]?.toLowerCase() ?? ""] ?? "bytes";
}

/** The name of the table that a file becomes: with the ending of what is stored. */
export function tableName(fileName: string): string {
  return `${fileName.replace(TABLES, "") || "dataset"}.parquet`;
}
