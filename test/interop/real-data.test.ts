import { tableFromIPC } from "apache-arrow";
import { expect } from "chai";
import { importCsv } from "../../src/interop/index.ts";
import { openMemoryPond } from "../arrow/memory-pond.ts";
import { collect, withPond } from "../arrow/with-pond.ts";

const files = [
  "airports.csv",
  "birdstrikes.csv",
  "co2-concentration.csv",
  "disasters.csv",
  "flights-airport.csv",
  "gapminder-health-income.csv",
  "github.csv",
  "global-temp.csv",
  "iowa-electricity.csv",
  "la-riots.csv",
  "lookup_groups.csv",
  "population_engineers_hurricanes.csv",
  "seattle-weather-hourly-normals.csv",
  "seattle-weather.csv",
  "sp500-2000.csv",
  "sp500.csv",
  "species.csv",
  "stocks.csv",
  "unemployment.tsv",
  "us-employment.csv",
  "weather.csv",
  "windvectors.csv",
  "zipcodes.csv",
];

const load = (name: string) =>
  fetch(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url));

/** Straight from the text, a character at a time: the reference the import is held against. */
function readPlainly(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[""]];
  let isQuoted = false;
  const escaped = text.replaceAll('""', "\0");
  for (const char of escaped.replace(/\r\n?/g, "\n").replace(/^\uFEFF/, "")) {
    const row = rows.at(-1)!;
    if (char === '"') isQuoted = !isQuoted;
    else if (char === delimiter && !isQuoted) row.push("");
    else if (char === "\n" && !isQuoted) rows.push([""]);
    else row[row.length - 1] += char;
  }
  return rows
    .filter((row) => row.length > 1 || row[0] !== "")
    .map((row) => row.map((field) => field.replaceAll("\0", '"')));
}

describe("real data", () => {
  for (const name of files) {
    it(
      `is imported in whole: ${name}`,
      withPond(openMemoryPond, async ({ root }) => {
        const text = await (await load(name)).text();
        const { body } = await load(name);

        const { columns, rowCount, delimiter } = await importCsv(root, "/t", body!);

        const [header = [], ...rows] = readPlainly(text, delimiter);
        const table = await root.readTable("/t");
        expect(columns.map((column) => column.name)).deep.equal(header);
        expect([rowCount, table.numRows]).deep.equal([rows.length, rows.length]);
        for (const [index, { type }] of columns.entries()) {
          const values = [...table.getChildAt(index)!];
          const texts = rows.map((row) => row[index] ?? "");
          const given = texts.filter((each) => each !== "");
          expect(values.filter((value) => value !== null)).lengthOf(given.length);
          if (type === "text") expect(values.join() === texts.join(), name).equal(true);
          if (type === "int32" || type === "float64")
            expect(sum(values as number[])).equal(sum(given.map(Number)));
          if (type === "date")
            expect(sum(values as number[])).equal(sum(given.map((day) => Date.parse(day))));
        }
      }),
    ).timeout(60_000);
  }

  it(
    "is stored and read again in whole: flights-200k.arrow",
    withPond(openMemoryPond, async ({ root }) => {
      const bytes = new Uint8Array(await (await load("flights-200k.arrow")).arrayBuffer());
      const flights = tableFromIPC(bytes);

      await root.createSeriesFromBatches("/flights", bytes);

      const batches = await collect(root.readSeriesAsStream("/flights"));
      const read = await root.readSeries("/flights");
      expect(batches.map(({ numRows }) => numRows)).deep.equal([131_072, 200_000 - 131_072]);
      expect(read.schema.fields.map(String)).deep.equal(flights.schema.fields.map(String));
      for (const { name } of flights.schema.fields)
        expect(sum([...read.getChild(name)!]), name).equal(sum([...flights.getChild(name)!]));
    }),
  ).timeout(60_000);
});

function sum(values: Iterable<number | null>): number {
  let total = 0;
  for (const value of values) total += Number(value ?? 0);
  return total;
}
