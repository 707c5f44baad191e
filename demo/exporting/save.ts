/** Larger than this, and where the browser can, what is saved goes straight to the disk. */
const LARGE_BYTES = 100e6;

interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** Gives a stream to the person as a file. @param bytes its length, as far as it is known */
export async function saveStream(
  name: string,
  stream: ReadableStream<Uint8Array>,
  bytes: number,
): Promise<void> {
  const { showSaveFilePicker } = window as SavePicker;
  if (bytes > LARGE_BYTES && showSaveFilePicker) {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name });
    await stream.pipeTo(await handle.createWritable());
    return;
  }
  saveBlob(name, await new Response(stream as ReadableStream<BufferSource>).blob());
}

/** Gives bytes to the person as a file. */
function saveBlob(name: string, blob: Blob): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000); // the download has begun by then
}
