/** Asks for a file's bytes in order: `name` opens it, `bytes` reads on, `undefined` ends. */
interface Request {
  readonly write?: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
  readonly open?: string;
  readonly at?: number;
  readonly length?: number;
}

let handle: FileSystemSyncAccessHandle | undefined;

addEventListener("message", ({ data }: MessageEvent<Request>) => void answer(data));

async function answer({ write, open, at = 0, length }: Request): Promise<void> {
  if (write) {
    const writer = await handleOf(write.name, { create: true });
    writer.write(write.bytes);
    writer.flush();
    writer.close();
    postMessage(0);
  } else if (open !== undefined) {
    handle = await handleOf(open, { mode: "read-only" });
    postMessage(handle.getSize());
  } else if (length !== undefined && handle) {
    const bytes = new Uint8Array(length);
    handle.read(bytes, { at });
    postMessage(bytes, { transfer: [bytes.buffer] });
  } else {
    handle?.close();
    handle = undefined;
    postMessage(0);
  }
}

async function handleOf(
  name: string,
  { create = false, mode = "readwrite" }: { create?: boolean; mode?: "readwrite" | "read-only" },
): Promise<FileSystemSyncAccessHandle> {
  const folder = await navigator.storage.getDirectory();
  return (await folder.getFileHandle(name, { create })).createSyncAccessHandle({ mode });
}
