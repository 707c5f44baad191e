import { useState } from "react";
import type { Pond } from "tinypond";
import { importFile, listTables, readDiary, TABLES } from "./datasets.ts";
import { TableRows } from "./table-rows.tsx";
import { usePond } from "./use-pond.ts";
import { useWatched } from "./use-watched.ts";

/** The page, once its pond is open. */
export function App() {
  const { pond, error } = usePond("react-starter");
  return (
    <main>
      <h1>Tables</h1>
      {error && <p role="alert">{error.message}</p>}
      {pond ? <Tables pond={pond} /> : !error && <p>Opening …</p>}
    </main>
  );
}

function Tables({ pond }: { pond: Pond }) {
  const tables = useWatched(pond, `${TABLES}/*`, listTables);
  const [chosen, choose] = useState<string>();
  return (
    <>
      <ImportButton pond={pond} />
      <ul>
        {tables.value?.map(({ name, rowCount }) => (
          <li key={name}>
            <button type="button" onClick={() => choose(`${TABLES}/${name}`)}>
              {name}
            </button>{" "}
            {rowCount} rows
          </li>
        ))}
      </ul>
      {tables.error && <p role="alert">{tables.error.message}</p>}
      {chosen && <TableRows key={chosen} pond={pond} path={chosen} />}
      <Diary pond={pond} />
    </>
  );
}

function ImportButton({ pond }: { pond: Pond }) {
  const [state, setState] = useState("");
  const take = async (file: File) => {
    setState(`Importing ${file.name} …`);
    try {
      await importFile(pond, file);
      setState("");
    } catch (error) {
      setState(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <p>
      <label>
        Import CSV or Parquet{" "}
        <input
          type="file"
          accept=".csv,.parquet"
          onChange={({ target }) => target.files?.[0] && void take(target.files[0])}
        />
      </label>{" "}
      <span role="status">{state}</span>
    </p>
  );
}

function Diary({ pond }: { pond: Pond }) {
  const { value = [] } = useWatched(pond, "/diary.series", readDiary);
  return (
    <ol>
      {value.map(({ time, what }) => (
        <li key={time.toISOString()}>
          {time.toLocaleString()}: {what}
        </li>
      ))}
    </ol>
  );
}
