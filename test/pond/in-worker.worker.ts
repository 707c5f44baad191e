import { tableFromArrays } from "apache-arrow";
import { deletePond, openPond, type PondOptions } from "../../src/index.ts";

// Writes and reads back a file, a large file and a table, and posts what it found.
addEventListener("message", ({ data }: MessageEvent<PondOptions>) => void run(data));

async function run(options: PondOptions): Promise<void> {
  const name = `in-worker-${crypto.randomUUID()}`;
  try {
    await using pond = await openPond(name, options);
    const { root } = pond;
    await root.writeFile("/small", "small");
    await root.writeFile("/large", new Uint8Array(100_000));
    await root.createTableFromBatches("/t", tableFromArrays({ x: new Float64Array(10) }));
    const small = new TextDecoder().decode(await root.readFile("/small"));
    const { byteLength } = await root.readFile("/large");
    const { numRows } = await root.readTable("/t");
    await pond.close();
    postMessage({ small, byteLength, numRows });
  } catch (error) {
    postMessage(String(error));
  } finally {
    await deletePond(name);
  }
}
