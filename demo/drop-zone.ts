import { byId } from "./element.ts";

/** Files come by the picker or by being dropped, anywhere on the page. */
export function watchDropZone(onFiles: (files: readonly File[]) => void): void {
  const input = byId("file-input", HTMLInputElement);
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // so that the same file can be chosen again
    onFiles(files);
  });

  const zone = byId("drop-zone", HTMLElement);
  const mark = (isOver: boolean) => zone.classList.toggle("is-over", isOver);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener("drop", (event) => {
    event.preventDefault(); // else the browser leaves the page to show the file
    mark(false);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
}
