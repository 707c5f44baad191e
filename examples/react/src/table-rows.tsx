import type { Table } from "apache-arrow";
import { useCallback } from "react";
import type { Pond } from "tinypond";
import { useWatched } from "./use-watched.ts";

const SHOWN_ROWS = 20;

/** The first rows of a table. Only they are read, whatever its size. */
export function TableRows({ pond, path }: { pond: Pond; path: string }) {
  const read = useCallback(
    ({ root }: Pond): Promise<Table> => root.readTable(path, { limit: SHOWN_ROWS }),
    [path],
  );
  const { value, error } = useWatched(pond, path, read);
  if (error) return <p role="alert">{error.message}</p>;
  if (!value) return <p>Reading …</p>;
  const columns = value.schema.fields.map(({ name }) => name);
  const rows = Array.from({ length: value.numRows }, (_, row) => row);
  return (
    <table>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row}>
            {columns.map((name) => (
              <td key={name}>{String(value.getChild(name)?.get(row) ?? "")}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
