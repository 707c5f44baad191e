// Compiled, never run: what the compiler must know about files, history and errors, and what it must refuse.
import { expectTypeOf } from "expect-type";
import type {
  CommitInfo,
  ListEntry,
  PageDocument,
  Pond,
  Stat,
  Transaction,
  VersionInfo,
} from "tinypond";
import { type ArrowWD, deletePond, isTinyFSError, openPond, QuotaError } from "tinypond";

await using pond = await openPond("weather", { retention: { keepVersions: 3 } });
const root = pond.root;
expectTypeOf(pond).toEqualTypeOf<Pond>();
expectTypeOf(root).toEqualTypeOf<ArrowWD>();
expectTypeOf(pond.storage.mode).toEqualTypeOf<"opfs" | "indexeddb" | "memory">();
expectTypeOf(deletePond).returns.resolves.toBeVoid();

expectTypeOf(await root.readFile("/a", { range: { start: 0, end: 4 } })).toExtend<Uint8Array>();
expectTypeOf(await root.asyncReader("/a")).toEqualTypeOf<ReadableStream<Uint8Array>>();
expectTypeOf(await root.asyncWriter("/a")).toEqualTypeOf<WritableStream<Uint8Array>>();
expectTypeOf(await root.stat("/a")).toEqualTypeOf<Stat>();
expectTypeOf(await root.versions("/a")).toEqualTypeOf<VersionInfo[]>();
expectTypeOf(await root.openDir("/a")).toEqualTypeOf<ArrowWD>();
for await (const entry of root.list("/")) expectTypeOf(entry).toEqualTypeOf<ListEntry>();
for await (const commit of pond.watch("/**")) expectTypeOf(commit).toEqualTypeOf<CommitInfo>();

expectTypeOf(await root.attachment("/a").text()).toBeString();
expectTypeOf(await root.attachment("/a").html()).toEqualTypeOf<PageDocument>();

for (const source of ["text", new Uint8Array(1), new ArrayBuffer(1), new Blob([])]) {
  await root.writeFile("/a", source, { create: "new", ifVersion: 0 });
}
// @ts-expect-error: numbers are not bytes
await root.writeFile("/a", 1);
// @ts-expect-error: no such mode
await root.writeFile("/a", "", { create: "always" });
// @ts-expect-error: no such option
await root.readFile("/a", { encoding: "utf8" });
// @ts-expect-error: a version is a number
await root.readFile("/a", { version: "1" });
// @ts-expect-error: no such way to store
await openPond("weather", { storage: "disk" });
// @ts-expect-error: ponds are opened, not made
root.context = pond;

const written = await pond.transaction(async (tx) => {
  expectTypeOf(tx).toEqualTypeOf<Transaction<ArrowWD>>();
  await tx.root.rename("/a", "/b");
  return { names: ["b"] };
});
expectTypeOf(written).toEqualTypeOf<{ names: string[] }>();

await using snapshot = await pond.snapshot({ tag: "before" });
expectTypeOf(snapshot.root).toEqualTypeOf<ArrowWD>();
// @ts-expect-error: a snapshot is told which commit it shows
await pond.snapshot({ commit: 1 });

try {
  await root.writeFile("/a", "");
} catch (error) {
  if (isTinyFSError(error, "QUOTA")) expectTypeOf(error.needed).toEqualTypeOf<number | undefined>();
  if (error instanceof QuotaError) expectTypeOf(error.needed).toBeNumber();
  // @ts-expect-error: no such code
  isTinyFSError(error, "FULL");
}
