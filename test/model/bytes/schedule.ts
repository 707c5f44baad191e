import fc from "fast-check";
import type { BytesStep } from "./world.ts";

/** Random schedules: mostly steps of those who are there. */
export function bytesSchedules(length: number): fc.Arbitrary<BytesStep[]> {
  const act = fc.oneof(
    { weight: 30, arbitrary: fc.constant("step" as const) },
    { weight: 3, arbitrary: fc.constant("commit" as const) },
    { weight: 2, arbitrary: fc.constant("collect" as const) },
    { weight: 1, arbitrary: fc.constantFrom("drop" as const, "damage" as const, "die" as const) },
  );
  const step = fc.record({ act, who: fc.nat({ max: 59 }), choice: fc.nat({ max: 999 }) });
  return fc.array(step, { minLength: length, maxLength: length, size: "max" });
}
