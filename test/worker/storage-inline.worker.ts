import "../../src/symbols.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import { someBytes, storeBlob } from "./storage-pond.ts";

// An application that lives in a dedicated Worker and has no second one for storage.
addEventListener("message", ({ data }: MessageEvent<string[]>) => {
  void run(data);
});

async function run(directory: string[]): Promise<void> {
  const client = await StorageClient.open({ directory, worker: "inline" });
  const { sha256, size, pageSums } = await storeBlob(client, someBytes(100_000));
  const source = await client.openBlob(sha256, size, pageSums);
  const bytes = await source.read(0, size);
  const missing = await client.openBlob("c".repeat(64), 1, pageSums).catch(({ code }) => code);
  await client.close();
  const afterwards = await source.read(0, 1).catch(({ code }) => code);
  postMessage({ bytes, missing, afterwards });
}
