import { deletePond, openPond } from "tinypond";
import { scaled } from "../by-hand.ts";
import { type Figure, ratioOf, timed } from "../figure.ts";
import { BigFile } from "../rivals/big-file.ts";

const POND = "bench-store-twice";
const ROUNDS = 5;

/** The same bytes under another name: what that costs, in time and on disk. */
export async function storeTwice(): Promise<Figure[]> {
  const size = scaled(256);
  await deletePond(POND);
  const pond = await openPond(POND);
  const first: number[] = [];
  const second: number[] = [];
  const others = await storedBytes(); // what other tasks have left
  let blobs = 0;
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bytes = new BigFile(size << 20, round).bytes();
      const [one, two] = [`/${round}-first`, `/${round}-second`];
      const times = [
        await timed(() => pond.root.writeFile(one, bytes)),
        await timed(() => pond.root.writeFile(two, bytes)),
      ] as const;
      if (round === 0) continue;
      first.push(times[0]);
      second.push(times[1]);
    }
    blobs = (await storedBytes()) - others;
  } finally {
    await pond.close();
    await deletePond(POND);
  }
  const what = `writing the same ${size} MiB under another name, against the first time`;
  const stored = (ROUNDS + 1) * (size << 20);
  return [
    ratioOf({ what, limit: 0.6, ours: second, byHand: first }),
    {
      what: "bytes that the second copies add to those of the first",
      value: Math.max(0, blobs - stored),
      unit: "B",
      limit: 0,
      detail: `${blobs} bytes in files, ${stored} of them written first`,
    },
  ];
}

/** What all files of the origin hold. */
async function storedBytes(): Promise<number> {
  return sizeOf(await navigator.storage.getDirectory());
}

async function sizeOf(folder: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  for await (const handle of folder.values()) {
    if (handle.kind === "directory") bytes += await sizeOf(handle as FileSystemDirectoryHandle);
    else bytes += (await (handle as FileSystemFileHandle).getFile()).size;
  }
  return bytes;
}
