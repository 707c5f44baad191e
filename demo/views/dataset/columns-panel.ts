import type { RecordBatch } from "apache-arrow";
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { formatBytes, formatCount, formatCounted, formatPercent } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import { boundText } from "../shared/cell-text.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";
import { type Spread, spreadOf } from "./histogram.ts";
import type { Description } from "./row-source.ts";
import { spreadFigure, spreadStyles } from "./spread-figure.ts";

const SAMPLED_ROWS = 20_000;
/** Columns that are sampled: a wide table is read in part. */
const SAMPLED_COLUMNS = 64;

interface Sample {
  readonly rows: number;
  readonly spreads: ReadonlyMap<string, Spread>;
}

/** What is known of each column: bounds and sizes of all rows, and how values are spread in the first. */
export class ColumnsPanel extends LitElement {
  static override properties = {
    context: { attribute: false },
    path: {},
    description: { attribute: false },
    sample: { state: true },
  };
  static override styles = [
    viewStyles,
    spreadStyles,
    css`
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));
        gap: var(--_3);
      }
      .card {
        display: grid;
        grid-template-rows: auto 1fr auto;
        gap: var(--_2);
        min-height: 15rem;
      }
      h3 {
        overflow-wrap: anywhere;
      }
      .place {
        display: grid;
        align-content: end;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px var(--_3);
        font-size: 0.88em;
      }
      dd {
        overflow-wrap: anywhere;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare path: string;
  declare description: Description | undefined;
  declare sample: Sample | undefined;
  readonly #sampling = new Work();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sampling.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("description")) this.#read();
  }

  override render(): TemplateResult {
    const { description, sample } = this;
    if (!description) return html``;
    return html`<p class="quiet">
        Bounds and nulls are those of all ${formatCounted(description.rowCount, "row")}, as the files tell
        them. ${this.#sampled(description)}
      </p>
      <ul class="cards">
        ${description.columns.map((column, at) => {
          const spread = sample?.spreads.get(column.name);
          return html`<li class="panel card">
            <div>
              <h3>${column.name}</h3>
              <p class="quiet mono">${column.type}</p>
            </div>
            <div class="place">${spread ? spreadFigure(spread, sample?.rows ?? 0) : ""}</div>
            ${this.#facts(description, at)}
          </li>`;
        })}
      </ul>`;
  }

  #sampled({ rowCount, columns }: Description): string {
    const rows = this.sample?.rows ?? Math.min(rowCount, SAMPLED_ROWS);
    const which = rows >= rowCount ? "all rows" : `the first ${formatCounted(rows, "row")}`;
    const some = columns.length > SAMPLED_COLUMNS ? ` and ${SAMPLED_COLUMNS} columns` : "";
    return `Pictures are of ${which}${some}.`;
  }

  #facts({ columns, schema, rowCount }: Description, at: number): TemplateResult {
    const column = columns[at];
    const type = schema.fields[at]?.type;
    if (!column || !type) return html``;
    const { min, max, nullCount, compressedBytes, uncompressedBytes } = column;
    const bound = (value: unknown) => (value === undefined ? "not known" : boundText(type, value));
    const nulls =
      nullCount === undefined
        ? "not known"
        : `${formatCount(nullCount)} (${formatPercent(nullCount, rowCount)})`;
    const how = [...column.codecs, ...column.encodings].join(", ");
    return html`<dl>
      <dt class="quiet">Least</dt>
      <dd>${bound(min)}</dd>
      <dt class="quiet">Greatest</dt>
      <dd>${bound(max)}</dd>
      <dt class="quiet">Nulls</dt>
      <dd>${nulls}</dd>
      <dt class="quiet">Bytes</dt>
      <dd>${formatBytes(compressedBytes)} (${formatBytes(uncompressedBytes)} plain)</dd>
      <dt class="quiet">Stored as</dt>
      <dd>${how}</dd>
    </dl>`;
  }

  #read(): void {
    const { context, description, path } = this;
    this.sample = undefined;
    if (!context || !description || description.rowCount === 0) return;
    const columns = description.columns.slice(0, SAMPLED_COLUMNS).map(({ name }) => name);
    const { version } = description;
    this.#sampling.run(
      async (signal) => {
        const options = { columns, limit: SAMPLED_ROWS, version, signal };
        const { batches, numRows } = await context.root.readTable(path, options);
        if (!signal.aborted) this.sample = { rows: numRows, spreads: spreadsOf(batches, columns) };
      },
      (error) => context.fail(error, `Could not look at the columns of “${path}”`),
    );
  }
}

function spreadsOf(
  batches: readonly RecordBatch[],
  columns: readonly string[],
): Map<string, Spread> {
  const spreads = new Map<string, Spread>();
  for (const [at, name] of columns.entries()) {
    const spread = spreadOf(batches, at);
    if (spread) spreads.set(name, spread);
  }
  return spreads;
}

customElements.define("tp-columns", ColumnsPanel);
