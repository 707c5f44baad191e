import type { ArrowPond, OpenPond } from "./arrow-contract.ts";

/** A test that has a pond for itself. */
export function withPond(open: OpenPond, test: (pond: ArrowPond) => Promise<void>) {
  return async (): Promise<void> => {
    const pond = await open();
    try {
      await test(pond);
    } finally {
      await pond.close();
    }
  };
}

/** What a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail");
}

/** All items of an iteration. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Names, versions and sizes of everything, to be compared before and after. */
export async function treeOf({ root }: ArrowPond): Promise<string[]> {
  const lines: string[] = [];
  for await (const { name, version, size } of root.list("/", { recursive: true }))
    lines.push(`${name} ${version} ${size}`);
  return lines;
}
