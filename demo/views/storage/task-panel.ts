import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from "lit";
import type { ViewContext } from "../contract.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";

const taskStyles = css`
  .panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_3);
    align-content: start;
  }
  .scroll {
    max-height: 18rem;
  }
  .progress {
    min-height: 2rem;
  }
`;

/** A piece of work on the whole pond: it says what it does, is run, tells how far it is, and reports. */
export abstract class TaskPanel extends LitElement {
  static override properties: PropertyDeclarations = {
    context: { attribute: false },
    busy: { state: true },
    progress: { state: true },
  };
  static override styles = [viewStyles, taskStyles];

  declare context: ViewContext | undefined;
  /** What is under way, in words; absent while nothing is. */
  declare busy: string | undefined;
  /** How far it is, in words. */
  declare progress: string;
  readonly #work = new Work();

  constructor() {
    super();
    this.progress = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#work.end();
    this.busy = undefined;
  }

  /** Runs something, unless something runs. */
  run(doing: string, task: (context: ViewContext, signal: AbortSignal) => Promise<string>): void {
    const { context } = this;
    if (!context || this.busy !== undefined) return;
    this.busy = doing;
    this.progress = "";
    this.#work.run(
      async (signal) => {
        const said = await task(context, signal);
        if (signal.aborted) return;
        this.busy = undefined;
        context.announce(said);
        this.dispatchEvent(new CustomEvent("tp-done", { bubbles: true, composed: true }));
      },
      (error) => {
        this.busy = undefined;
        context.fail(error, `${doing} failed`);
      },
    );
  }

  /** How far it is, with a way to end it. */
  progressBar(canCancel: boolean): TemplateResult | "" {
    if (this.busy === undefined) return "";
    return html`<div class="bar progress">
      <span class="grow" role="status">${this.busy} … ${this.progress}</span>
      ${canCancel ? html`<button type="button" @click=${() => this.#cancel()}>Cancel</button>` : ""}
      <progress aria-label=${this.busy}></progress>
    </div>`;
  }

  #cancel(): void {
    this.#work.end();
    this.context?.announce(`${this.busy ?? "It"} was cancelled`);
    this.busy = undefined;
  }
}
