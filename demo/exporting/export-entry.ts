import type { Pond } from "tinypond";
import { nameOf } from "../frame/paths.ts";
import { saveStream } from "./save.ts";

type Root = Pond["root"];

/** What a table or a series can be saved as. */
export type TableFormat = "parquet" | "csv" | "arrow";

/** Saves a file's bytes as they are. */
export async function exportFile(root: Root, path: string): Promise<void> {
  const { size } = await root.stat(path);
  await saveStream(nameOf(path), await root.asyncReader(path), size);
}

/** Saves a table or a series as a file of a format. */
export async function exportTable(root: Root, path: string, format: TableFormat): Promise<void> {
  const name = `${nameOf(path).replace(/\.(parquet|series)$/i, "") || "table"}.${format}`;
  const { size } = await root.stat(path);
  if (format === "parquet") {
    const source = await root.exportParquet(path);
    try {
      await saveStream(name, source.stream(), source.size);
    } finally {
      await source.close();
    }
    return;
  }
  const { exportArrow, exportCsv } = await import("tinypond/interop");
  const stream = format === "csv" ? exportCsv(root, path) : exportArrow(root, path);
  await saveStream(name, stream, size);
}
