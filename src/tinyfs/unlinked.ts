import type { Content } from "./entry.ts";
import type { PersistenceLayer } from "./persistence.ts";
import type { WriteSet } from "./write-set.ts";

/** Drops staged bytes that a commit did not link, or all of them where there was no commit. */
export async function dropUnlinked(
  persistence: PersistenceLayer,
  staged: Iterable<Content>,
  committed?: WriteSet,
): Promise<void> {
  const linked = committed ? linkedContent(committed) : new Set<Content>();
  const unlinked = [...staged].filter((content) => !linked.has(content));
  await Promise.all(unlinked.map((content) => persistence.discard(content)));
}

function linkedContent({ names, series }: WriteSet): Set<Content> {
  const linked = new Set<Content>();
  for (const { after } of names) if (after?.content) linked.add(after.content);
  for (const { rows } of series) {
    for (const { segments } of rows) for (const { content } of segments) linked.add(content);
  }
  return linked;
}
