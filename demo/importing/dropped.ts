/** A file to import, and where its folders put it: "2026/a.csv". */
export interface FoundFile {
  readonly relativePath: string;
  readonly open: (signal: AbortSignal) => File | Promise<File>;
}

/** What was chosen in a file input, a whole folder too. */
export function chosenFiles(input: HTMLInputElement): FoundFile[] {
  return [...(input.files ?? [])].map((file) => {
    return { relativePath: file.webkitRelativePath || file.name, open: () => file };
  });
}

/**
 * What was dropped or pasted: files, and all files below folders. The entries are taken at once, since
 * the browser empties the list when the event is over.
 */
export async function transferredFiles(transfer: DataTransfer): Promise<FoundFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const taken = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: FoundFile[] = [];
  for (const { entry, file } of taken) {
    if (entry?.isDirectory) await collect(entry as FileSystemDirectoryEntry, found);
    else if (file) found.push({ relativePath: file.name, open: () => file });
  }
  return found;
}

async function collect(directory: FileSystemDirectoryEntry, found: FoundFile[]): Promise<void> {
  const reader = directory.createReader();
  for (let entries = await read(reader); entries.length > 0; entries = await read(reader)) {
    for (const entry of entries) {
      if (entry.isDirectory) await collect(entry as FileSystemDirectoryEntry, found);
      else found.push(foundFile(entry as FileSystemFileEntry));
    }
  }
}

function foundFile(entry: FileSystemFileEntry): FoundFile {
  const open = () => new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return { relativePath: entry.fullPath.replace(/^\//, ""), open };
}

function read(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
