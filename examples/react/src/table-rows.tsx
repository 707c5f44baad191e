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
        {value.toArray().map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a version keep their places
          <tr key={index}>
            {columns.map((name) => (
              <td key={name}>{String(row[name] ?? "")}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
