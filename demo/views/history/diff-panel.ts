import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { Difference } from "tinypond";
import { formatBytes, formatCount, formatCounted } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";
import { diffCommits, type PondDiff } from "./pond-diff.ts";

const MOST_LINES = 500;

const SIGNS: Readonly<Record<Difference["change"], string>> = {
  added: "+",
  removed: "−",
  changed: "~",
  moved: "→",
};

/** What two commits differ in. */
export class DiffPanel extends LitElement {
  static override properties = {
    context: { attribute: false },
    from: { type: Number },
    to: { type: Number },
    diff: { state: true },
    entries: { state: true },
  };
  static override styles = [
    viewStyles,
    css`
      .scroll {
        max-height: 24rem;
      }
      .added {
        color: var(--_ok);
      }
      .removed {
        color: var(--_danger);
      }
      .panel {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--_3);
        min-height: 8rem;
        align-content: start;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare from: number;
  declare to: number;
  declare diff: PondDiff | undefined;
  declare entries: number;
  readonly #comparing = new Work();

  constructor() {
    super();
    this.from = 0;
    this.to = 0;
    this.entries = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#comparing.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("from") || changed.has("to")) this.#compare();
  }

  override render(): TemplateResult {
    const { diff, from, to } = this;
    return html`<section class="panel" aria-label="Comparison">
      <div class="bar">
        <h3 class="grow">From commit ${formatCount(from)} to ${formatCount(to)}</h3>
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent("tp-close"))}>Close</button>
      </div>
      ${
        diff
          ? this.#table(diff)
          : html`<p class="quiet" role="status">Comparing … ${formatCount(this.entries)} entries read</p>`
      }
    </section>`;
  }

  #table({ differences, files, rows, bytes }: PondDiff): TemplateResult {
    const told = `${signed(files, formatCount)} files, ${signed(rows, formatCount)} rows, ${signed(bytes, formatBytes)}`;
    const shown = differences.slice(0, MOST_LINES);
    return html`<p role="status">
        ${formatCounted(differences.length, "difference")}. In sum: ${told}.
      </p>
      ${
        shown.length === 0
          ? ""
          : html`<div class="scroll" role="region" tabindex="0" aria-label="Differences">
            <table>
              <thead>
                <tr>
                  <th scope="col">Entry</th>
                  <th scope="col">What</th>
                  <th scope="col" class="number">Rows</th>
                  <th scope="col" class="number">Bytes</th>
                </tr>
              </thead>
              <tbody>
                ${shown.map((one) => line(one))}
              </tbody>
            </table>
          </div>`
      }
      ${differences.length > MOST_LINES ? html`<p class="quiet">The first ${MOST_LINES} are shown.</p>` : ""}`;
  }

  #compare(): void {
    const { context, from, to } = this;
    this.diff = undefined;
    this.entries = 0;
    if (!context) return;
    this.#comparing.run(
      async (signal) => {
        const onProgress = (entries: number) => {
          this.entries = entries;
        };
        const diff = await diffCommits(context.pond, from, to, { signal, onProgress });
        if (!signal.aborted) this.diff = diff;
      },
      (error) => context.fail(error, `Could not compare commit ${from} with ${to}`),
    );
  }
}

function line({ change, path, from, before, after }: Difference): TemplateResult {
  const rows = (after?.rowCount ?? 0) - (before?.rowCount ?? 0);
  const hasRows = after?.rowCount !== undefined || before?.rowCount !== undefined;
  const bytes = (after?.size ?? 0) - (before?.size ?? 0);
  return html`<tr>
    <th scope="row" style="white-space:normal">${path}</th>
    <td class=${change}>${SIGNS[change]} ${change}${from === undefined ? "" : ` from ${from}`}</td>
    <td class="number">${hasRows ? signed(rows, formatCount) : ""}</td>
    <td class="number">${signed(bytes, formatBytes)}</td>
  </tr>`;
}

function signed(value: number, format: (value: number) => string): string {
  if (value === 0) return `±${format(0)}`;
  return value < 0 ? `−${format(-value)}` : `+${format(value)}`;
}

customElements.define("tp-diff", DiffPanel);
