import { html, type PropertyDeclarations, type TemplateResult } from "lit";
import type { GCStats } from "tinypond";
import { formatBytes, formatCounted } from "../../format.ts";
import { TaskPanel } from "./task-panel.ts";

interface Report {
  readonly stats: GCStats;
  readonly isDry: boolean;
}

/** Deletes what nothing names. */
export class GcPanel extends TaskPanel {
  static override properties: PropertyDeclarations = { report: { state: true } };
  declare report: Report | undefined;

  override render(): TemplateResult {
    const isBusy = this.busy !== undefined;
    return html`<section class="panel" aria-labelledby="title">
      <h3 id="title">Collect leftovers</h3>
      <p class="quiet">Deletes bytes that crashes and lost races left. History is kept.</p>
      <div class="bar">
        <button type="button" ?disabled=${isBusy} @click=${() => this.#collect(true)}>Look first</button>
        <button type="button" ?disabled=${isBusy} @click=${() => this.#collect(false)}>Collect</button>
      </div>
      ${this.progressBar(true)} ${this.report ? this.#told(this.report) : ""}
    </section>`;
  }

  #told({ stats, isDry }: Report): TemplateResult {
    return html`<p class="hint" role="status">${words(stats, isDry)}</p>`;
  }

  #collect(dryRun: boolean): void {
    this.run(dryRun ? "Looking for leftovers" : "Collecting", async ({ pond }, signal) => {
      const stats = await pond.gc({
        dryRun,
        signal,
        onProgress: ({ checked, freedBytes }) => {
          this.progress = `${formatCounted(checked, "large file")} looked at, ${formatBytes(freedBytes)} to free`;
        },
      });
      this.report = { stats, isDry: dryRun };
      return words(stats, dryRun);
    });
  }
}

function words(stats: GCStats, isDry: boolean): string {
  const { deletedCount, freedBytes, skippedInUse, sweptTemporaries } = stats;
  const nothing = deletedCount === 0 && sweptTemporaries === 0;
  const inUse =
    skippedInUse > 0 ? ` ${formatCounted(skippedInUse, "file")} in use left alone.` : "";
  if (nothing) return `Nothing is left over.${inUse}`;
  const would = isDry ? "would be deleted" : "deleted";
  const what = [
    formatCounted(deletedCount, "file"),
    formatCounted(sweptTemporaries, "temporary part"),
  ];
  return `${what.join(" and ")} ${would}: ${formatBytes(freedBytes)}.${inUse}`;
}

customElements.define("tp-gc", GcPanel);
