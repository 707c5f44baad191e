import { deletePond, openPond } from "tinypond";
import { collectGarbage, compareSpeed, type Figure, timed } from "../figure.ts";
import { LargeByHand } from "../large-by-hand.ts";
import { BigFile } from "../rivals/big-file.ts";

const SIZES_MIB = [1, 8, 64];
const POND = "bench-whole-blobs";

/** Files that are whole in memory, against crypto.subtle.digest and one sync-handle write in a worker. */
export async function wholeBlobs(): Promise<Figure[]> {
  const hand = new LargeByHand();
  await deletePond(POND);
  const pond = await openPond(POND);
  const figures: Figure[] = [];
  let round = 0;
  try {
    for (const size of SIZES_MIB) {
      const bytes = new BigFile(size << 20, 1).bytes();
      const contest = {
        what: `writing ${size} MiB that are in memory: speed, as a part of that of digest, sync-handle write and flush in a worker`,
        atLeast: 0.7,
        ours: () => {
          round += 1;
          new DataView(bytes.buffer).setUint32(8, round); // no round finds its bytes stored already
          collectGarbage();
          return timed(() => pond.root.writeFile(`/${size}`, bytes));
        },
        byHand: () => hand.run("digest-and-write", size),
      };
      figures.push(await compareSpeed(contest, 9));
    }
    return figures;
  } finally {
    await hand.close();
    await pond.close();
    await deletePond(POND);
  }
}
