import type { DataType, Field, FixedSizeList, List, Map_, Struct } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";
import { type Joining, joinFields } from "./join-fields.ts";

/** The type of lists, structs or maps whose children are joined; `undefined` for anything else. */
export function joinNested(
  joining: Joining,
  path: string,
  first: DataType,
  second: DataType,
): DataType | undefined {
  const { arrow } = joining;
  const { DataType: is } = arrow;
  const children = () => [first.children as Field[], second.children as Field[]] as const;
  if (is.isStruct(first) && is.isStruct(second)) {
    return new arrow.Struct(joinFields(joining, children(), { parent: path }));
  }
  if (isList(arrow, first) && isList(arrow, second)) {
    const child = joinChild(joining, path, children());
    const isLarge = is.isLargeList(first) || is.isLargeList(second);
    return isLarge ? new arrow.LargeList(child) : new arrow.List(child);
  }
  if (is.isFixedSizeList(first) && is.isFixedSizeList(second)) {
    if (first.listSize !== second.listSize) return undefined;
    const { listSize } = first as FixedSizeList;
    return new arrow.FixedSizeList(listSize, joinChild(joining, path, children()));
  }
  if (!is.isMap(first) || !is.isMap(second)) return undefined;
  const keysSorted = (first as Map_).keysSorted && (second as Map_).keysSorted;
  return new arrow.Map_(joinEntries(joining, path, children()) as Map_["children"][0], keysSorted);
}

function isList({ DataType: is }: Arrow, type: DataType): type is List {
  return is.isList(type) || is.isLargeList(type);
}

type Children = readonly [readonly Field[], readonly Field[]];

/** The one child of a list. Writers name it as they like: the first one's name stays. */
function joinChild(joining: Joining, path: string, [first, second]: Children): Field {
  const [one, other] = [first[0] as Field, second[0] as Field];
  const type = joining.join(joining, path, one.type, other.type);
  return one.clone({ type, nullable: one.nullable || other.nullable });
}

/** The entries of a map: key and value by their place, for writers name them as they like. */
function joinEntries(joining: Joining, path: string, [first, second]: Children): Field {
  const [one, other] = [first[0] as Field<Struct>, second[0] as Field<Struct>];
  const fields = one.type.children.map((field, index) => {
    const beside = other.type.children[index] as Field;
    return joinChild(joining, `${path}.${field.name}`, [[field], [beside]]);
  });
  return one.clone({
    type: new joining.arrow.Struct(fields),
    nullable: one.nullable || other.nullable,
  });
}
