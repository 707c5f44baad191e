import { expect } from "chai";
import fc from "fast-check";
import { deletePond } from "../../src/index.ts";
import type { PondDump } from "../fixtures/pond-dump.ts";
import { blobFile, overwrite } from "../worker/storage-pond.ts";
import { flipBit, flippedBytes, type LeafPath, leavesOf } from "./bit-flips.ts";
import { type Answers, SurveyedPond } from "./surveyed-pond.ts";

const CODES: readonly string[] = ["CORRUPT_BLOB", "CORRUPT_ROW", "LARGE_FILE_NOT_FOUND"];

let pond: SurveyedPond;
let truth: Answers;

before(async function () {
  this.timeout(60_000);
  const url = new URL("../fixtures/format-2.json", import.meta.url);
  const dump = (await (await fetch(url)).json()) as PondDump;
  pond = await SurveyedPond.load(`corruption-${crypto.randomUUID()}`, dump);
  truth = await pond.survey();
});

after(async () => {
  await pond.close();
  await deletePond(pond.name);
});

describe("one flipped bit", () => {
  for (const family of ["chg", "dir", "meta", "old", "ref", "seg", "txn", "blob"]) {
    it(`in any field of a "${family}" row is a typed error or no harm, and other files stay readable`, async function () {
      this.timeout(120_000);
      const rows = (await pond.records("oplog")).filter(({ key }) => familyOf(key) === family);
      expect(rows).length.above(0);
      const [first, last] = [rows[0], rows.at(-1)];

      for (const record of first === last ? [first] : [first, last]) {
        if (!record) continue;
        const fields = leavesOf(record.row);
        for (const [index, field] of fields.entries()) {
          await tryFlip("oplog", record, field, (index + 0.5) / fields.length);
        }
      }
    });
  }

  it("in any part of a pack is a typed error or no harm, and other files stay readable", async function () {
    this.timeout(120_000);
    const packs = await pond.records("packs");
    for (const record of packs.slice(0, 4)) {
      for (const field of leavesOf(record.row)) {
        await tryFlip("packs", record, field, 0);
        await tryFlip("packs", record, field, 1);
      }
    }
  });
});

describe("a damaged large file", () => {
  for (const [what, damage] of Object.entries(damagesOfFiles())) {
    it(`${what} is a typed error that names path, version and page, and other files stay readable`, async function () {
      this.timeout(60_000);
      for (const record of await blobRows()) {
        const file = await blobFile(["tinypond", pond.name], record.sha256);
        const whole = new Uint8Array(await (await file.getFile()).arrayBuffer());
        await overwrite(file, damage(whole));

        const answers = await surveyThen(() => overwrite(file, whole));

        check(answers, victimsOfBlob(record.sha256), `${what}: ${record.sha256}`);
        const failed = errorsIn(answers).filter(({ code }) => code === "CORRUPT_BLOB");
        expect(failed, what).length.above(0);
        for (const error of failed) {
          expect(error, what).include({ sha256: record.sha256 });
          expect(error.page, what).a("number");
        }
      }
    });
  }

  it("that is missing is LARGE_FILE_NOT_FOUND, which names path and version", async () => {
    const sha256 = sha256Of("/large.bin");
    const file = await blobFile(["tinypond", pond.name], sha256);
    const whole = new Uint8Array(await (await file.getFile()).arrayBuffer());
    await removeFile(file);

    const answers = await surveyThen(() => putBack(sha256, whole));

    check(answers, victimsOfBlob(sha256), "missing");
    expect(errorOf(answers, "/large.bin readFile")).include({
      ...{ code: "LARGE_FILE_NOT_FOUND", path: "/large.bin", version: 3, sha256 },
    });
  });

  it("still gives the pages that are whole", async () => {
    const sha256 = sha256Of("/large.bin");
    const file = await blobFile(["tinypond", pond.name], sha256);
    const whole = new Uint8Array(await (await file.getFile()).arrayBuffer());
    await overwrite(file, flippedBytes(whole, 0.999));
    const { FS, WD } = await import("../../src/tinyfs/index.ts");
    const persistence = await pond.open();
    const { root } = new FS({ persistence }, (context) => new WD(context));

    const first = await root.readFile("/large.bin", { range: { start: 0, end: 65_536 } });
    const failure = await root.readFile("/large.bin").catch((error: unknown) => error);
    await persistence.close();
    await overwrite(file, whole);

    expect(first).deep.equal(whole.slice(0, 65_536));
    expect(failure).include({ code: "CORRUPT_BLOB", path: "/large.bin", version: 3, page: 1 });
  });
});

describe("any bit of any record, at random,", () => {
  it("is never a wrong value, and never an error without a code", async function () {
    this.timeout(120_000);
    const stores = ["oplog", "packs"];
    const all = await Promise.all(
      stores.map(async (store) =>
        (await pond.records(store)).map((record) => ({ store, ...record })),
      ),
    );
    const targets = all.flat().flatMap((record) => {
      return leavesOf(record.row).map((field) => ({ ...record, field }));
    });

    await fc.assert(
      fc.asyncProperty(
        fc.nat(targets.length - 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(truth.size - 1),
        async (index, position, asked) => {
          const target = targets[index];
          const questions = [...truth.keys()].slice(asked, asked + 8);
          if (target) {
            await tryFlip(target.store, target, target.field, position, (question) =>
              questions.includes(question),
            );
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

interface Record {
  readonly key: IDBValidKey;
  readonly row: unknown;
}

type Damage = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

function damagesOfFiles(): { [what: string]: Damage } {
  const flipAt = (at: (bytes: Uint8Array) => number): Damage => {
    return (bytes) => {
      const copy = bytes.slice();
      copy[at(bytes)] = (copy[at(bytes)] ?? 0) ^ 4;
      return copy;
    };
  };
  return {
    "with a bit flipped in its first byte": flipAt(() => 0),
    "with a bit flipped in its first page": flipAt(() => 32_768),
    "with a bit flipped at the end of its first page": flipAt(() => 65_535),
    "with a bit flipped at the beginning of its last page": flipAt(() => 65_536),
    "with a bit flipped in its last page, or footer": flipAt(({ length }) => length - 500),
    "with a bit flipped in its footer's length": flipAt(({ length }) => length - 8),
    "with a bit flipped in its last byte, or magic": flipAt(({ length }) => length - 1),
    "cut short by a byte": (bytes) => bytes.slice(0, -1),
    "cut short at a page": (bytes) => bytes.slice(0, 65_536),
    "cut down to nothing": () => new Uint8Array(0),
    "with a byte too many": (bytes) => new Uint8Array([...bytes, 0]),
  };
}

async function tryFlip(
  store: string,
  { key, row }: Record,
  field: LeafPath,
  position: number,
  wanted?: (question: string) => boolean,
): Promise<void> {
  const what = `${JSON.stringify(key)} ${field.join(".")} at ${position}`;
  await pond.putRow(store, key, flipBit(row, field, position));
  const answers = await surveyThen(() => pond.putRow(store, key, row), wanted);
  check(answers, await victimsOf(store, { key, row }), what, isOfTheLog(key));
}

/** Asks everything, and mends the pond again. */
async function surveyThen(
  mend: () => Promise<void>,
  wanted?: (question: string) => boolean,
): Promise<Answers> {
  try {
    return await pond.survey(wanted);
  } finally {
    await mend();
  }
}

/** Every answer is the true one or a typed error, and the newest bytes of others can be read. */
function check(
  answers: Answers,
  victims: ReadonlySet<string>,
  what: string,
  isNameless = false,
): void {
  for (const [question, answer] of answers) {
    const where = `${question}, with ${what}`;
    const path = question.slice(0, question.lastIndexOf(" "));
    if (answer.kind === "error") {
      const { code, message } = answer.error;
      const wasError = truth.get(question);
      if (wasError?.kind === "error" && wasError.error.code === code) continue;
      expect(CODES, `${where}: ${code} ${message}`).include(code);
      if (question.startsWith("/") && !isNameless) {
        expect(answer.error.path, `${where}: ${message}`).match(/^\//);
      }
      const isNewest = question === `${path} readFile`;
      if (isNewest) expect([...victims], `${where}: ${message}`).include(path);
    } else {
      expect(answer, where).deep.equal(truth.get(question));
    }
  }
}

/** The paths whose newest bytes may be out of reach when a record is damaged. */
async function victimsOf(store: string, { key, row }: Record): Promise<Set<string>> {
  if (store === "packs") return pathsWhere(({ storage }) => isDeepEqual(storage?.pack, key));
  const { sha256, name, dirId } = row as { sha256: string; name: string; dirId: string };
  switch (familyOf(key)) {
    case "blob":
      return victimsOfBlob(sha256);
    case "seg":
      return new Set(["/readings.series"]);
    case "dir":
      return withLinks([...(await pathsBelow(dirId, name))]);
    default:
      return new Set();
  }
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

interface Stored {
  readonly nodeId: string;
  readonly dirId: string;
  readonly name: string;
  readonly sha256?: string;
  readonly storage?: { readonly pack?: unknown };
  readonly segments?: readonly Stored[];
}

/** Paths of files that have such a row, or a segment like it. */
async function pathsWhere(isMeant: (row: Stored) => boolean): Promise<Set<string>> {
  const rows = await pond.records("oplog");
  const found: string[] = [];
  for (const { key, row } of rows as { key: IDBValidKey; row: Stored }[]) {
    if (familyOf(key) === "seg" && row.segments?.some(isMeant)) found.push("/readings.series");
    if (familyOf(key) === "dir" && isMeant(row)) {
      found.push(...(await pathsBelow(row.dirId, row.name)));
    }
  }
  return withLinks(found);
}

function victimsOfBlob(hash: string): Set<string> {
  return new Set(hash === sha256Of("/large.bin") ? ["/large.bin"] : ["/readings.series"]);
}

/** A name and all below it. */
async function pathsBelow(dirId: string, name: string): Promise<string[]> {
  const rows = (await pond.records("oplog"))
    .filter(({ key }) => familyOf(key) === "dir")
    .map(({ row }) => row as Stored);
  const pathOf = (dir: string, leaf: string): string => {
    const parent = rows.find(({ nodeId }) => nodeId === dir);
    return parent ? `${pathOf(parent.dirId, parent.name)}/${leaf}` : `/${leaf}`;
  };
  const top = pathOf(dirId, name);
  const all = rows.map((row) => pathOf(row.dirId, row.name));
  return all.filter((path) => path === top || path.startsWith(`${top}/`));
}

function withLinks(paths: readonly string[]): Set<string> {
  return new Set(paths.includes("/notes/a.md") ? [...paths, "/link"] : paths);
}

function familyOf(key: IDBValidKey): string {
  return String((key as IDBValidKey[])[0]);
}

/** Whether a row is about no file: it is the pond's own, or a commit's. */
function isOfTheLog(key: IDBValidKey): boolean {
  return ["meta", "txn", "chg"].includes(familyOf(key));
}

async function blobRows(): Promise<{ sha256: string }[]> {
  const rows = await pond.records("oplog");
  return rows
    .filter(({ key }) => familyOf(key) === "blob")
    .map(({ row }) => row as { sha256: string });
}

function sha256Of(path: string): string {
  const stat = truth.get(`${path} stat`);
  if (stat?.kind !== "value") throw new Error(`There is no "${path}"`);
  return (JSON.parse(stat.text) as { sha256: string }).sha256;
}

function errorsIn(answers: Answers): { code: string; sha256?: string; page?: number }[] {
  return [...answers.values()].flatMap((answer) => (answer.kind === "error" ? answer.error : []));
}

function errorOf(answers: Answers, question: string): unknown {
  const answer = answers.get(question);
  return answer?.kind === "error" ? answer.error : undefined;
}

async function removeFile(file: FileSystemFileHandle): Promise<void> {
  const folder = await blobFolder();
  await folder.removeEntry(file.name);
}

async function putBack(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const folder = await blobFolder();
  await overwrite(await folder.getFileHandle(`${sha256}.data`, { create: true }), bytes);
}

async function blobFolder(): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const part of ["tinypond", pond.name, "_large_files"]) {
    folder = await folder.getDirectoryHandle(part);
  }
  return folder;
}
