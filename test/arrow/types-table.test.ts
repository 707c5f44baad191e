import type { Data, DataType, Vector } from "apache-arrow";
import { expect } from "chai";
import { isTinyFSError } from "../../src/tinyfs/index.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { ParquetColumn } from "../../src/worker/parquet-types.ts";
import { MemorySource } from "../worker/parquet-fixtures.ts";
import type { ArrowPond } from "./arrow-contract.ts";
import { batchOf } from "./batch-fixtures.ts";
import { openMemoryPond } from "./memory-pond.ts";
import { type TypeSample, typeSamples } from "./type-samples.ts";

const PAGE = new URL("../../docs/types.md", import.meta.url);
const START = "<!-- generated: npm run docs:types -->\n";
const END = "<!-- end -->";

describe("the table of types in docs/types.md", function () {
  this.timeout(60_000);
  let pond: ArrowPond;
  let parquet: ParquetClient;

  before(async () => {
    pond = await openMemoryPond();
    parquet = new ParquetClient();
  });

  after(async () => {
    await pond.close();
    await parquet.close();
  });

  it("says what becomes of each Arrow type in a file and when it is read back", async () => {
    const rows: string[][] = [];
    for (const sample of typeSamples) rows.push(await tryOut(sample));
    const table = toTable([["Arrow type", "in Parquet", "read back as", "values"], ...rows]);
    const page = await (await fetch(PAGE, { cache: "no-store" })).text();
    const [head = "", rest = ""] = page.split(START);
    const expected = `${head}${START}${table}${END}${rest.split(END)[1] ?? ""}`;

    // Answered only under `npm run docs:types`.
    const isWritten =
      page !== expected && (await fetch(PAGE, { method: "PUT", body: expected })).ok;

    if (!isWritten) expect(page).equal(expected);
  });

  /** Writes a column and reads it again. @returns a row of the table */
  async function tryOut({ name, make }: TypeSample): Promise<string[]> {
    const { root } = pond;
    const column = make();
    try {
      await root.createTableFromBatch("/t", batchOf({ c: column }), { create: "either" });
    } catch (error) {
      if (!isTinyFSError(error)) throw new Error(`${name}: ${error}`, { cause: error });
      return [name, "", "", `refused: \`${error.code}\``];
    }
    const { columns } = await parquet.describe(new MemorySource(await root.readFile("/t")));
    const back = (await root.readTable("/t")).getChild("c");
    if (!back) throw new Error(`${name} has gone`);
    const isSame = String(back.type) === String(column.type);
    const kept = texts(back).join() === texts(column).join();
    return [
      name,
      columns.map(parquetType).join("<br>"),
      isSame ? "the same" : `\`${back.type}\``,
      kept ? "kept" : `**changed**: ${changes(column, back)}`,
    ];
  }
});

function parquetType({ path, physicalType, logicalType }: ParquetColumn): string {
  const { type, ...details } = logicalType ?? { type: "" };
  const shown = Object.entries(details).map(([key, value]) => `${key} ${value}`);
  const logical = type && ` ${type}${shown.length > 0 ? ` (${shown.join(", ")})` : ""}`;
  return `${path.length > 1 ? `${path.slice(1).join(".")}: ` : ""}\`${physicalType}\`${logical}`;
}

/** The rows of a column that are other when they are read. */
function changes(column: Vector, back: Vector): string {
  const [before, after] = [texts(column), texts(back)];
  return (
    before.flatMap((text, row) => (text === after[row] ? [] : `${text} → ${after[row]}`))[0] ?? ""
  );
}

/** Values as text: those of fixed width by their own bits, which `get` rounds. */
function texts(column: Vector): string[] {
  return Array.from({ length: column.length }, (_, row) => {
    if (!column.isValid(row)) return "null";
    const [data] = column.data as Data<DataType>[];
    const stride = data && fixedStride(data);
    if (!data || !stride) return JSON.stringify(column.get(row), readably);
    const values = data.values as ArrayLike<number | bigint>;
    const bits = Array.from({ length: stride }, (_, at) => values[row * stride + at]);
    return bits.map((value) => (Object.is(value, -0) ? "-0" : String(value))).join(" ");
  });
}

/** How many elements of its buffer make a value; none where a value is not in one place. */
function fixedStride({ type, stride, valueOffsets, children, dictionary }: Data): number {
  const isPlain = !valueOffsets && !dictionary && children.length === 0;
  const hasOwnPlace = isPlain && !/^(Bool|Null|.*View)$/.test(String(type));
  return hasOwnPlace ? stride : 0;
}

function readably(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

function toTable([head = [], ...rows]: string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}
