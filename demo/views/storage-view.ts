import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { PondStats } from "tinypond";
import type { ViewContext } from "./contract.ts";
import { viewStyles } from "./shared/view-styles.ts";
import { Work } from "./shared/work.ts";
import "./storage/check-panel.ts";
import "./storage/gc-panel.ts";
import "./storage/live-log.ts";
import "./storage/meter-panel.ts";
import "./storage/vacuum-panel.ts";

/** What the pond takes up, what can be done about it, and what happens in it. */
export class StorageView extends LitElement {
  static override properties = { context: { attribute: false }, stats: { state: true } };
  static override styles = [
    viewStyles,
    css`
      .tasks {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr));
        gap: var(--_3);
        align-items: start;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare stats: PondStats | undefined;
  readonly #counting = new Work();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#counting.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("context");
    if (!changed.has("context") || before?.pond === this.context?.pond) return;
    this.stats = undefined;
    this.#count();
  }

  override render(): TemplateResult {
    const { context } = this;
    return html`<tp-meter .stats=${this.stats}></tp-meter>
      <div class="tasks" @tp-done=${() => this.#done()}>
        <tp-gc .context=${context}></tp-gc>
        <tp-vacuum .context=${context}></tp-vacuum>
        <tp-check .context=${context}></tp-check>
      </div>
      <tp-live-log .context=${context} @tp-commit=${() => this.#count()}></tp-live-log>`;
  }

  #done(): void {
    this.#count();
    this.context?.refresh();
  }

  /** Counts again; while it counts what was counted last is shown. */
  #count(): void {
    const { context } = this;
    if (!context) return;
    this.#counting.run(
      async (signal) => {
        const stats = await context.pond.stats();
        if (!signal.aborted) this.stats = stats;
      },
      (error) => context.fail(error, "Could not count what the pond holds"),
    );
  }
}

customElements.define("tp-storage", StorageView);
