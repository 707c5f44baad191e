import { openPond } from "tinypond";
import { importCsv } from "tinypond/interop";
import { appendReading, lastReadings } from "./readings.ts";

void main().catch(tell);

async function main(): Promise<void> {
  const pond = await openPond("plain-starter"); // creates it if it is not there

  element("reading", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const form = element("reading", HTMLFormElement);
    const celsius = Number(new FormData(form).get("celsius"));
    form.reset();
    appendReading(pond, { time: new Date(), celsius }).catch(tell);
  });

  element("import", HTMLInputElement).addEventListener("change", ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (!file) return;
    const path = `/${file.name.replace(/\.csv$/i, "")}.parquet`;
    importCsv(pond.root, path, file).then(
      ({ rowCount }) => tell(`${path}: ${rowCount} rows`),
      tell,
    );
  });

  element("controls", HTMLFieldSetElement).disabled = false;

  // Commits of this tab and of all others, each once and in order.
  const commits = pond.watch();
  await show();
  for await (const _commit of commits) await show();

  async function show(): Promise<void> {
    const files = await pond.root.list("/");
    const readings = await lastReadings(pond, 10);
    fill(
      "files",
      files.map(({ name, rowCount = 0 }) => `${name}: ${rowCount} rows`),
    );
    fill(
      "rows",
      readings.map(({ time, celsius }) => `${time.toISOString()}  ${celsius} °C`),
    );
  }
}

function fill(id: string, lines: readonly string[]): void {
  const items = lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  element(id, HTMLElement).replaceChildren(...items);
}

function tell(news: unknown): void {
  element("message", HTMLElement).textContent = news instanceof Error ? news.message : `${news}`;
}

function element<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`The page has no such element: ${id}`);
  return found;
}
