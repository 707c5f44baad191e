/** Rows of a table that are shown. */
const MAX_ROWS = 10;

/** A value as something to be seen: nodes as they are, rows as a table, errors as text, the rest as JSON. */
export function toNode(value) {
  if (value instanceof Node) return value;
  if (value instanceof Error) return textNode("error", `${value}`);
  if (typeof value === "string") return textNode("text", value);
  const rows = rowsOf(value);
  return rows ? tableNode(rows) : textNode("json", JSON.stringify(value, plain, 2));
}

/** Arrays of objects, and Arrow tables of whatever copy. */
function rowsOf(value) {
  if (Array.isArray(value) && value.every(isObject)) return value;
  if (isObject(value) && "numRows" in value) return value.toArray().map((row) => row.toJSON());
  return undefined;
}

function tableNode(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of columns) {
    head.append(Object.assign(document.createElement("th"), { textContent: name }));
  }
  const body = table.createTBody();
  for (const row of rows.slice(0, MAX_ROWS)) {
    const line = body.insertRow();
    for (const name of columns) {
      const cell = line.insertCell();
      cell.textContent = format(row[name]);
      if (typeof row[name] === "number" || typeof row[name] === "bigint") cell.className = "number";
    }
  }
  if (rows.length <= MAX_ROWS) return table;
  const both = document.createElement("div");
  both.append(table, textNode("text", `and ${rows.length - MAX_ROWS} more rows`));
  return both;
}

function format(value) {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return isObject(value) ? JSON.stringify(value, plain) : value.toLocaleString("en");
}

/** JSON has no word for integers of 64 bits. */
function plain(_, value) {
  return typeof value === "bigint" ? `${value}` : value;
}

function textNode(className, textContent) {
  return Object.assign(document.createElement("pre"), { className, textContent });
}

function isObject(value) {
  return typeof value === "object" && value !== null;
}
