// What can be asked in a worker only, and what the library would have changed: this imports nothing.
const SIMD = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0],
  ...[65, 0, 253, 15, 253, 98, 11],
];

const probes = {
  asyncDispose: async () => "asyncDispose" in Symbol,
  createWritable: async () => {
    const writable = await (await newFile()).createWritable();
    await writable.write("written");
    await writable.close();
    return true;
  },
  move: async () => {
    const file = await newFile();
    await file.move(await navigator.storage.getDirectory(), `${crypto.randomUUID()}.moved`);
    return true;
  },
  opfs: async () => {
    await newFile();
    return true;
  },
  sharedHandles: async () => {
    const file = await newFile();
    const first = await file.createSyncAccessHandle({ mode: "read-only" });
    try {
      (await file.createSyncAccessHandle({ mode: "read-only" })).close();
    } finally {
      first.close();
    }
    return true;
  },
  simd: async () => WebAssembly.validate(Uint8Array.from(SIMD)),
  syncHandles: async () => {
    (await (await newFile()).createSyncAccessHandle()).close();
    return true;
  },
};

/** The names of what can be asked here. */
export type WorkerProbe = keyof typeof probes;

addEventListener("message", ({ data }: MessageEvent<WorkerProbe>) => {
  probes[data]().then(postMessage, () => postMessage(false)); // what is refused is not there
});

/** Each probe has a file of its own: a refused handle leaves it locked in WebKitGTK. */
async function newFile(): Promise<FileSystemFileHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getFileHandle(`${crypto.randomUUID()}.probe`, { create: true });
}
