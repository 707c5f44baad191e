import type { HostFiles, HostOutput } from "tinypond/shell";
import { saveStream } from "../exporting/save.ts";

/** How the console's `host:` reaches the person's files: a chooser and downloads. */
export const pageFiles: HostFiles = { open: chooseFiles, save: download };

/** A name that ends in `/` asks for a folder; any other one chooses among what was chosen. */
async function chooseFiles(name: string): Promise<readonly File[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = name.endsWith("/");
  const chosen = await new Promise<readonly File[]>((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
  if (name === "" || input.webkitdirectory) return chosen;
  return chosen.filter((file) => file.name === name);
}

function download({ name, stream, size }: HostOutput): Promise<void> {
  return saveStream(name, stream, size ?? 0);
}
