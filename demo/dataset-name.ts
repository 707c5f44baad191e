import type { WD } from "tinypond";

const IMPORTED = /\.(parquet|arrow|feather|csv|tsv)$/i;

/** The kinds of file that can be imported, by the ending of the name. */
export type FileKind = "parquet" | "arrow" | "csv";

/** What a file is, judged by its name; `undefined` if it is none of ours. */
export function fileKind(fileName: string): FileKind | undefined {
  const ending = IMPORTED.exec(fileName)?.[1]?.toLowerCase();
  if (ending === "feather") return "arrow";
  if (ending === "tsv") return "csv";
  return ending as FileKind | undefined;
}

/**
 * The path of a new dataset: the file's name with the ending of what is stored, and a number where the
 * name is taken: "flights.parquet", "flights (2).parquet".
 */
export async function freePath(root: WD, fileName: string): Promise<string> {
  const stem = fileName.replace(IMPORTED, "").replaceAll("/", "_") || "dataset";
  for (let number = 1; ; number += 1) {
    const path = `/${stem}${number === 1 ? "" : ` (${number})`}.parquet`;
    if (!(await root.exists(path))) return path;
  }
}
