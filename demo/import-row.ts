import { button, element } from "./element.ts";
import { formatBytes, formatCounted, formatPercent, formatSeconds } from "./format.ts";
import type { ImportProgress } from "./import-progress.ts";

/** A rate over less than this says nothing. */
const FIRST_RATE_SECONDS = 0.2;

/** The line of one import: what is read, how far it is, how fast, and a way to stop it. */
export class ImportRow {
  readonly item: HTMLLIElement;
  readonly #name: string;
  readonly #status = element("p", { class: "import-status quiet", text: "Waiting …" });
  readonly #bar: HTMLProgressElement;
  readonly #cancel: HTMLElement;
  #totalBytes = 0;
  #startedAt = 0;

  constructor(name: string, onCancel: () => void) {
    this.#name = name;
    this.#bar = element("progress", { attributes: { "aria-label": `Import of ${name}` } });
    this.#bar.value = 0;
    this.#cancel = button("Cancel", onCancel, {
      attributes: { "aria-label": `Cancel the import of ${name}` },
    });
    this.item = element("li", { class: "import", attributes: { "data-state": "waiting" } }, [
      element("p", { class: "import-name", text: name }),
      this.#cancel,
      this.#bar,
      this.#status,
    ]);
  }

  /** The import begins; from here on the time counts. */
  start(totalBytes: number): void {
    this.#totalBytes = totalBytes;
    this.#startedAt = performance.now();
    this.#bar.max = Math.max(1, totalBytes);
    this.#enter("running", "Starting …");
  }

  /** Shows how far it is. */
  show({ bytes, rows }: ImportProgress): void {
    this.#bar.value = bytes;
    const seconds = this.#seconds();
    const rate = seconds < FIRST_RATE_SECONDS ? [] : [`${formatBytes(bytes / seconds)}/s`];
    this.#status.textContent = [
      `${formatBytes(bytes)} of ${formatBytes(this.#totalBytes)}`,
      formatPercent(bytes, this.#totalBytes),
      ...(rows > 0 ? [formatCounted(rows, "row")] : []),
      ...rate,
    ].join(" · ");
  }

  /** Says how it ended, and can be dismissed from now on. */
  end(state: "done" | "cancelled" | "failed", text: string): void {
    const dismiss = button("Dismiss", () => this.#dismiss(), {
      class: "plain",
      attributes: { "aria-label": `Dismiss the import of ${this.#name}` },
    });
    const hadFocus = document.activeElement === this.#cancel;
    this.#cancel.replaceWith(dismiss);
    if (hadFocus) dismiss.focus();
    this.#bar.remove();
    const time = this.#startedAt === 0 ? "" : ` in ${formatSeconds(this.#seconds())}`;
    this.#enter(state, state === "done" ? `${text}${time}` : text);
  }

  #enter(state: string, text: string): void {
    this.item.dataset["state"] = state;
    this.#status.textContent = text;
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  #dismiss(): void {
    this.item.dispatchEvent(new CustomEvent("dismissed", { bubbles: true }));
  }
}
