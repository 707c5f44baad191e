// The page that the views are tested in: a real pond, and a frame that only notes what it is told.
import "../../../demo/theme.css";
import * as arrow from "apache-arrow";
import { openPond } from "tinypond";
import "../../../demo/views/dataset-view.ts";
import "../../../demo/views/history-view.ts";
import "../../../demo/views/storage-view.ts";

const seen = { announcements: [], failures: [], openedPaths: [], refreshed: 0 };
const main = document.querySelector("main");
let pond;
let snapshot;

/** Opens a pond; there is one at a time. */
async function open(name) {
  pond = await openPond(name, { compaction: false });
  return pond;
}

function context(at) {
  return {
    pond,
    root: snapshot?.root ?? pond.root,
    at,
    announce: (message) => seen.announcements.push(message),
    fail: (error, doing) => seen.failures.push(`${doing}: ${error?.code ?? ""} ${error?.message}`),
    refresh: () => {
      seen.refreshed += 1;
    },
    openPath: (path) => seen.openedPaths.push(path),
    goTo,
  };
}

function goTo(at) {
  const step = async () => {
    const left = snapshot;
    snapshot = at === undefined ? undefined : await pond.snapshot({ seq: at });
    main.firstElementChild.context = context(at);
    await left?.close();
  };
  step().catch((error) => seen.failures.push(String(error)));
}

/** Shows one view and nothing else. */
function mount(name, properties = {}) {
  const view = Object.assign(document.createElement(name), { context: context(), ...properties });
  main.replaceChildren(view);
}

/** All elements that a selector finds, also within shadow roots. */
function all(selector, root = document) {
  const found = [...root.querySelectorAll(selector)];
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) found.push(...all(selector, element.shadowRoot));
  }
  return found;
}

const text = (element) => element.textContent.replace(/\s+/g, " ").trim();

/** The first element that a selector finds, with this text if one is given. */
function find(selector, wanted) {
  const found = all(selector).find((one) => wanted === undefined || text(one).includes(wanted));
  if (found) return found;
  const words = all(selector).map(text).join(" | ");
  throw new Error(`There is no ${selector} “${wanted ?? ""}” among: ${words}`);
}

function click(selector, wanted) {
  find(selector, wanted).click();
}

/** Gives a field a value, as if it had been typed or chosen. */
function enter(selector, value, at = 0) {
  const field = all(selector)[at];
  if (field.localName === "select") {
    const option = [...field.options].find((one) => text(one) === value || one.value === value);
    field.value = option.value;
  } else {
    field.value = value;
  }
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}

const SECOND = 1_000_000n;
const START = BigInt(Date.UTC(2024, 0, 1)) * 1000n;

/** Rows of a series: one a second, from one on. */
function measurements(from, rows) {
  const time = BigInt64Array.from(
    { length: rows },
    (_, row) => START + BigInt(from + row) * SECOND,
  );
  const temp = Float64Array.from(time, (_, row) => Math.sin((from + row) / 500) * 10 + 15);
  const data = arrow.makeData({ type: new arrow.TimestampMicrosecond(), data: time, length: rows });
  const city = Array.from({ length: rows }, (_, row) => ["Oslo", "Roma", "Bern"][row % 3]);
  return new arrow.Table({
    time: new arrow.Vector([data]),
    temp: arrow.makeVector(temp),
    city: arrow.vectorFromArray(city, new arrow.Utf8()),
    count: arrow.makeVector(
      BigInt64Array.from(time, (_, row) => 9_007_199_254_740_993n + BigInt(from + row)),
    ),
  });
}

/** Writes a series of several segments. */
async function writeSeries(path, segments, rows) {
  await pond.root.createSeriesFromBatches(path, measurements(0, rows).batches);
  for (let segment = 1; segment < segments; segment += 1)
    await appendRows(path, segment * rows, rows);
}

function appendRows(path, from, rows) {
  return pond.root.appendSeries(path, measurements(from, rows).batches);
}

/** A table with a column of each kind that is easily shown wrong; its second row is null throughout. */
async function writeKinds(path) {
  const { Field, List, Struct, Utf8, Int32, Map_: MapType } = arrow;
  const timestamp = (Type, zone) => new Type(zone);
  const column = (values, type) => arrow.vectorFromArray(values, type);
  const at = Date.UTC(2001, 1, 3, 4, 5, 6, 789);
  const point = new Struct([
    new Field("name", new Utf8(), true),
    new Field("at", new arrow.TimestampMillisecond(), true),
  ]);
  const entries = new Field(
    "entries",
    new Struct([new Field("key", new Utf8(), false), new Field("value", new Int32(), true)]),
    false,
  );
  await pond.root.createTableFromBatches(
    path,
    new arrow.Table({
      big: column([9_007_199_254_740_993n, null, 1n], new arrow.Int64()),
      day: column([new Date(at), null, new Date(0)], new arrow.DateDay()),
      zoned: column([at, null, 0], timestamp(arrow.TimestampMillisecond, "Europe/Oslo")),
      list: column([[1, 2, 3], null, []], new List(new Field("item", new Int32(), true))),
      point: column([{ name: "a", at }, null, { name: null, at: 0 }], point),
      map: column([new Map([["x", 1]]), null, new Map()], new MapType(entries)),
      flag: column([true, null, false], new arrow.Bool()),
      text: column(["ä “quoted”", null, ""], new Utf8()),
    }).batches,
  );
}

window.harness = {
  arrow,
  seen,
  open,
  mount,
  all: (selector) => all(selector).map(text),
  find: (selector, wanted) => text(find(selector, wanted)),
  element: find,
  click,
  enter,
  writeSeries,
  appendRows,
  writeKinds,
  get pond() {
    return pond;
  },
};
document.documentElement.dataset.ready = "true";
