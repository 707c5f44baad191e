import { tableFromArrays } from "apache-arrow";
import { deletePond, openPond, type PondOptions } from "../../src/index.ts";

// Writes and reads back files and a table in a Shared Worker, and posts what came of it.
addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<PondOptions>) => void run(port, data);
});

async function run(port: MessagePort, options: PondOptions): Promise<void> {
  const name = `shared-worker-${crypto.randomUUID()}`;
  try {
    const pond = await openPond(name, options);
    const { root } = pond;
    await root.writeFile("/small", "small");
    await root.writeFile("/large", new Uint8Array(3_000_000).fill(7));
    const small = new TextDecoder().decode(await root.readFile("/small"));
    const [large] = await root.readFile("/large", { range: { start: 2_999_999 } });
    const table = await root
      .createTableFromBatches("/t", tableFromArrays({ x: new Float64Array(10) }))
      .then(async () => (await root.readTable("/t")).numRows)
      .catch(({ code, message }) => ({ code, message }));
    const { findings } = await pond.check({ deep: true });
    const { storage } = pond;
    await pond.close();
    await deletePond(name);
    port.postMessage({
      hasWorkers: "Worker" in globalThis,
      small,
      large,
      table,
      findings,
      storage,
    });
  } catch (error) {
    port.postMessage(String(error));
  }
}
