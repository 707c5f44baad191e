// Which cells the matrix has. A cell is a scenario, the so-many-th passing of a fault point, and a fault:
// `write large/opfs.write#2/terminate+half`. Which points a scenario passes is recorded in the browser.

/**
 * What can go wrong at a point. `+half` and `+after`: halfway through the work, or when it is done and
 * nobody knows yet; `!`: from then on every time.
 */
const FAULTS_AT = [
  [/^opfs\.write$/, "quota quota! garbage garbage! short short! zero zero! invalid"],
  [
    /^opfs\.write$/,
    "terminate terminate+half terminate+after close+half hang crash+half kill+half",
  ],
  [/^opfs\.truncate$/, "quota quota! unknown terminate terminate+after close kill+after"],
  [/^opfs\.flush$/, "quota unknown terminate terminate+after close hang kill"],
  [/^opfs\.getSize$/, "invalid terminate"],
  [/^opfs\.close$/, "terminate terminate+after close"],
  [/^opfs\.create$/, "quota unknown terminate terminate+after"],
  [/^opfs\.find$/, "unknown terminate"],
  [/^opfs\.open$/, "busy invalid terminate terminate+after close"],
  [/^opfs\.openRead$/, "busy unknown terminate"],
  [/^opfs\.move$/, "busy busy! unknown terminate terminate+after close close+after hang"],
  [/^opfs\.move$/, "crash+after kill kill+after"],
  [/^opfs\.remove$/, "busy unknown terminate terminate+after close kill+after"],
  [/^opfs\.getFile$/, "unknown terminate"],
  [/^opfs\.createWritable$/, "quota unknown terminate terminate+after close"],
  [/^stream\.(write|close)$/, "quota quota! unknown terminate terminate+after close hang kill"],
  [/^idb\.put:(txn|pack|packs|blob|dir|parts)$/, "quota unknown close terminate crash kill"],
  [/^idb\.put:(old|seg|ref|chg|meta)$/, "unknown close"],
  [/^idb\.delete:/, "unknown close kill"],
  [/^idb\.read$/, "unknown close"],
  [/^idb\.begin:readwrite$/, "invalid close terminate"],
  [/^idb\.begin:readonly$/, "invalid close"],
  [
    /^idb\.commit$/,
    "quota quota! unknown close close+after terminate crash crash+after kill kill+after",
  ],
  [/^idb\.complete$/, "lost close terminate hang crash kill"],
  [/^lock:[a-z]+$/, "close hang"],
  [/^lock:[a-z]+\?$/, "busy close"],
  [/^acknowledged$/, "terminate close crash kill"],
];

/** Faults that cost a new page or a new browser. */
const COSTLY = new Set(["crash", "kill"]);

/** The cells of one scenario. @param counts how often each point is passed @param turn its number */
export function cellsOf(scenario, counts, turn) {
  const cells = [];
  for (const [point, count] of Object.entries({ ...counts, acknowledged: 1 })) {
    const faults = faultsAt(point);
    faults.forEach((fault, index) => {
      const occurrence = spread(count)[(index + turn) % spread(count).length];
      cells.push(cellOf(scenario, point, fault.endsWith("!") ? 1 : occurrence, fault));
    });
  }
  return cells;
}

/** First, last and middle. */
function spread(count) {
  return [...new Set([1, count, Math.ceil(count / 2)])];
}

function faultsAt(point) {
  return FAULTS_AT.flatMap(([pattern, faults]) => (pattern.test(point) ? faults.split(" ") : []));
}

/** The cell with this id. */
export function parseCell(id) {
  const [, scenario, point, occurrence, fault] = /^(.+)\/(.+)#(\d+)\/(\S+)$/.exec(id) ?? [];
  if (!fault) throw new Error(`Not a cell: "${id}". One is "write large/opfs.write#1/quota"`);
  return cellOf(scenario, point, Number(occurrence), fault);
}

function cellOf(scenario, point, occurrence, fault) {
  const [, kind, moment = "before", lasting] = /^([a-z]+)(?:\+(half|after))?(!)?$/.exec(fault);
  const id = `${scenario}/${point}#${occurrence}/${fault}`;
  const plan = { point, occurrence, kind, moment, isLasting: lasting !== undefined };
  return { id, scenario, fault, step: `${point}#${occurrence}`, plan };
}

/** Whether a cell ends a page or the browser from outside. */
export function isCostly({ plan }) {
  return COSTLY.has(plan.kind);
}

/**
 * So many cells that each point keeps each of its faults, in some scenario, and that scenarios take
 * turns: no pair of point and fault is there a second time before all are there once.
 */
export function thinOut(cells, most) {
  if (cells.length <= most) return cells;
  const pairs = groupByPair(cells);
  const chosen = new Set();
  for (let rank = 0; chosen.size < most; rank += 1) {
    for (const [turn, group] of [...pairs.values()].entries()) {
      if (rank < group.length && chosen.size < most) {
        chosen.add(group[(rank + turn) % group.length]);
      }
    }
  }
  return cells.filter((cell) => chosen.has(cell));
}

function pairOf({ plan, fault }) {
  return `${plan.point} ${fault}`;
}

function groupByPair(cells) {
  const groups = new Map();
  for (const cell of cells) {
    const pair = pairOf(cell);
    groups.set(pair, [...(groups.get(pair) ?? []), cell]);
  }
  return groups;
}
