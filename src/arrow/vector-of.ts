import type { Builder, DataType, Vector } from "apache-arrow";
import type { Arrow } from "./load-arrow.ts";

/**
 * A vector of plain values, `null` among them. Not by `vectorFromArray`: it compiles its test for null from a
 * string, which a Content-Security-Policy without 'unsafe-eval' forbids.
 */
export function vectorOf(arrow: Arrow, values: readonly unknown[], type: DataType): Vector {
  const builder = takingNulls(arrow.makeBuilder({ type }));
  for (const value of values) builder.append(value);
  return builder.finish().toVector();
}

function takingNulls(builder: Builder): Builder {
  builder.isValid = (value) => value !== null;
  for (const child of builder.children) takingNulls(child);
  return builder;
}
