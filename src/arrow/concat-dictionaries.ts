import type { Data, DataType, Dictionary, Int, Vector } from "apache-arrow";
import type { Arrow } from "./load-arrow.ts";
import { vectorOf } from "./vector-of.ts";

/** What only typed arrays of numbers share, which indices of every width are. */
type Indices = Int32Array;
type Concat = (type: DataType, chunks: readonly Data[]) => Data;

/** Several columns of indices over one dictionary. */
export interface JoinedDictionary {
  readonly dictionary: Vector;
  readonly indices: Indices;
  /** The type's own, or 32 bits where the joined dictionary has outgrown it. */
  readonly indexType: Dictionary["indices"];
}

/** Joins the dictionaries of several columns, and counts the indices anew. */
export function concatDictionaries(
  arrow: Arrow,
  type: Dictionary,
  chunks: readonly Data[],
  concat: Concat,
): JoinedDictionary {
  const dictionaries = distinct(chunks);
  const { dictionary, maps } = isComparable(arrow, type.dictionary)
    ? uniteValues(arrow, type, dictionaries)
    : placeBehind(arrow, type, dictionaries, concat);
  const indexType = indexTypeFor(arrow, type.indices, dictionary.length);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const indices = new (indexType.ArrayType as unknown as new (length: number) => Indices)(length);
  let at = 0;
  for (const chunk of chunks) {
    const map = maps[dictionaries.indexOf(chunk.dictionary as Vector)] ?? [];
    const values = chunk.values as Indices;
    // Behind a null may stand any index.
    for (let row = 0; row < chunk.length; row += 1) indices[at + row] = map[values[row] ?? 0] ?? 0;
    at += chunk.length;
  }
  return { dictionary, indices, indexType };
}

interface Joined {
  readonly dictionary: Vector;
  /** For each dictionary the new index of each of its values. */
  readonly maps: readonly (readonly number[])[];
}

/** Each value once, in the order in which they are met. */
function uniteValues(arrow: Arrow, type: Dictionary, dictionaries: readonly Vector[]): Joined {
  const places = new Map<unknown, number>();
  const maps = dictionaries.map((dictionary) =>
    Array.from({ length: dictionary.length }, (_, index) => {
      const value: unknown = dictionary.get(index);
      const place = places.get(value) ?? places.size;
      places.set(value, place);
      return place;
    }),
  );
  return { dictionary: vectorOf(arrow, [...places.keys()], type.dictionary), maps };
}

/** One dictionary after the other: for values that are not told apart by `===`. */
function placeBehind(
  arrow: Arrow,
  type: Dictionary,
  dictionaries: readonly Vector[],
  concat: Concat,
): Joined {
  const chunks = dictionaries.flatMap((dictionary) => dictionary.data);
  let start = 0;
  const maps = dictionaries.map(({ length }) => {
    const map = Array.from({ length }, (_, index) => start + index);
    start += length;
    return map;
  });
  return { dictionary: new arrow.Vector([concat(type.dictionary, chunks)]), maps };
}

function distinct(chunks: readonly Data[]): Vector[] {
  return [...new Set(chunks.flatMap(({ dictionary }) => dictionary ?? []))];
}

function isComparable({ DataType: is }: Arrow, type: DataType): boolean {
  return is.isUtf8(type) || is.isLargeUtf8(type) || is.isInt(type) || is.isBool(type);
}

function indexTypeFor(arrow: Arrow, type: Int, size: number): Dictionary["indices"] {
  const bits = type.bitWidth - (type.isSigned ? 1 : 0);
  const isWideEnough = size <= 2 ** bits;
  return (isWideEnough ? type : new arrow.Int32()) as Dictionary["indices"];
}
