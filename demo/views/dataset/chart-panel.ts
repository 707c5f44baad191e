import type { Field } from "apache-arrow";
import { css, html, LitElement, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import uPlot from "uplot";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";
import { formatCount, formatCounted } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";
import { type ChartData, isDrawable, isMoment, ROW_NUMBER, readChart } from "./chart-data.ts";
import { chartOptions } from "./chart-options.ts";
import type { Description } from "./row-source.ts";

const HEIGHT = 380;

/** Two columns against each other, whatever the number of rows. */
export class ChartPanel extends LitElement {
  static override properties = {
    context: { attribute: false },
    path: {},
    description: { attribute: false },
    x: { state: true },
    y: { state: true },
    data: { state: true },
    isReading: { state: true },
    hasRange: { state: true },
  };
  static override styles = [
    unsafeCSS(uPlotStyles),
    viewStyles,
    css`
      .plot {
        min-height: ${HEIGHT + 40}px;
        overflow: hidden;
      }
      .u-legend {
        font: inherit;
        font-size: 0.85em;
      }
      .u-legend th,
      .u-legend td {
        padding: 2px 6px;
        border: 0;
      }
      select {
        min-width: 8rem;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare path: string;
  declare description: Description | undefined;
  declare x: string | undefined;
  declare y: string | undefined;
  declare data: ChartData | undefined;
  declare isReading: boolean;
  /** Whether the least and the greatest of each point are drawn, too: one far off makes the rest flat. */
  declare hasRange: boolean;
  readonly #reading = new Work();
  readonly #observer = new ResizeObserver(() => this.#fit());
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  #plot: uPlot | undefined;

  constructor() {
    super();
    this.isReading = false;
    this.hasRange = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
    this.#scheme.addEventListener("change", this.#onScheme);
    if (this.hasUpdated) this.requestUpdate("description", undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#scheme.removeEventListener("change", this.#onScheme);
    this.#reading.end();
    this.#forget();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("description")) this.#choose();
    if (changed.has("description") || changed.has("x") || changed.has("y")) this.#read();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("hasRange")) this.#forget();
    if (changed.has("data") || changed.has("hasRange")) this.#draw();
  }

  override render(): TemplateResult {
    const { description, data, x, y } = this;
    if (!description) return html``;
    if (y === undefined)
      return html`<p class="quiet">No column of numbers or times can be drawn.</p>`;
    const { rows = 0 } = data ?? {};
    const isAll = rows >= description.rowCount;
    const counted = `${isAll ? "all " : ""}${formatCounted(rows, "row")}`;
    const what = this.hasRange ? "Mean, least and greatest" : "Mean";
    const told = data && `${data.x.length === 0 ? "No values" : what} of ${counted}`;
    const reading = `Reading … ${formatCount(rows)} of ${formatCounted(description.rowCount, "row")}`;
    return html`<div class="bar">
        ${this.#picker("Across", x ?? ROW_NUMBER, true, (name) => {
          this.x = name;
        })}
        ${this.#picker("Up", y, false, (name) => {
          this.y = name;
        })}
        <label>
          <input
            type="checkbox"
            .checked=${this.hasRange}
            @change=${({ target }: Event) => {
              this.hasRange = (target as HTMLInputElement).checked;
            }}
          />
          Least and greatest
        </label>
        <p class="quiet grow" role="status">${this.isReading ? reading : (told ?? "")}</p>
      </div>
      <figure class="panel">
        <div
          class="plot"
          role="img"
          aria-label="${y} by ${x === ROW_NUMBER ? "row" : x}: ${told ?? "being read"}"
        ></div>
      </figure>`;
  }

  #picker(
    label: string,
    chosen: string,
    withRows: boolean,
    choose: (name: string) => void,
  ): TemplateResult {
    return html`<label>
      ${label}
      <select
        name=${label}
        @change=${({ target }: Event) => {
          choose((target as HTMLSelectElement).value);
        }}
      >
        ${
          withRows
            ? html`<option value=${ROW_NUMBER} ?selected=${chosen === ROW_NUMBER}>(row number)</option>`
            : ""
        }
        ${this.#fields.map(
          ({ name }) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`,
        )}
      </select>
    </label>`;
  }

  get #fields(): Field[] {
    return (this.description?.schema.fields ?? []).filter(({ type }) => isDrawable(type));
  }

  /** The first time across, and the first number that is no time up. */
  #choose(): void {
    const fields = this.#fields;
    const isThere = (name: string | undefined) => fields.some((field) => field.name === name);
    const time = fields.find(({ type }) => isMoment(type))?.name;
    if (this.x === undefined || !(this.x === ROW_NUMBER || isThere(this.x)))
      this.x = time ?? ROW_NUMBER;
    const number = fields.find(({ name, type }) => name !== this.x && !isMoment(type))?.name;
    if (!isThere(this.y)) this.y = number ?? fields[0]?.name;
  }

  #read(): void {
    const { context, description, path, x = ROW_NUMBER, y } = this;
    if (!context || !description || y === undefined) return;
    const points = Math.max(100, Math.min(1200, Math.round(this.clientWidth || 800)));
    this.isReading = true;
    this.#forget();
    this.#reading.run(
      async (signal) => {
        const onProgress = (data: ChartData) => {
          if (!signal.aborted) this.data = data;
        };
        const wanted = { x, y, points };
        const data = await readChart(context.root, path, description, wanted, {
          signal,
          onProgress,
        });
        if (signal.aborted) return;
        this.data = data;
        this.isReading = false;
      },
      (error) => {
        this.isReading = false;
        context.fail(error, `Could not draw “${path}”`);
      },
    );
  }

  #draw(): void {
    const { data, y = "", x = ROW_NUMBER } = this;
    const parent = this.renderRoot.querySelector<HTMLElement>(".plot");
    if (!data || !parent) return;
    const columns: uPlot.AlignedData = this.hasRange
      ? [data.x, data.mean, data.min, data.max]
      : [data.x, data.mean];
    if (this.#plot) {
      this.#plot.setData(columns);
      return;
    }
    const typeOf = (name: string) => this.#fields.find((field) => field.name === name)?.type;
    const options = chartOptions(this, {
      width: Math.max(200, parent.clientWidth),
      height: HEIGHT,
      y,
      x: x === ROW_NUMBER ? "row" : x,
      isTime: isMoment(typeOf(x)),
      isTimeUp: isMoment(typeOf(y)),
      hasRange: this.hasRange,
    });
    this.#plot = new uPlot(options, columns, parent);
  }

  #fit(): void {
    const width = this.renderRoot.querySelector(".plot")?.clientWidth ?? 0;
    if (this.#plot && width > 0 && width !== this.#plot.width)
      this.#plot.setSize({ width, height: HEIGHT });
  }

  #forget(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  readonly #onScheme = (): void => {
    this.#forget();
    this.#draw();
  };
}

customElements.define("tp-chart", ChartPanel);
