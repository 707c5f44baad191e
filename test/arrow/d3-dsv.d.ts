/** What the tests use of it: it comes without types. */
declare module "d3-dsv" {
  interface Format {
    parse(text: string, row?: (row: object) => object): object[] & { columns: string[] };
    parseRows(text: string, row?: (row: string[]) => unknown[]): unknown[][];
    formatRows(rows: readonly (readonly string[])[]): string;
  }
  export function dsvFormat(delimiter: string): Format;
  export function autoType<Row extends object>(row: Row): Row;
}
