import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { formatBytes, formatCount, isoTime } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import { type CommitLine, commitTitle, readLine } from "../shared/commit-words.ts";
import { followLog } from "../shared/follow-log.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";

const MOST_LINES = 200;
const AT_FIRST = 10;

/** The commits of this and all other tabs as they come, newest first. */
export class LiveLog extends LitElement {
  static override properties = { context: { attribute: false }, lines: { state: true } };
  static override styles = [
    viewStyles,
    css`
      .scroll {
        height: 16rem;
      }
      li {
        display: grid;
        grid-template-columns: minmax(3ch, auto) auto minmax(0, 1fr) auto;
        gap: var(--_3);
        padding: 2px var(--_3);
        border-bottom: 1px solid var(--_border);
      }
      .title {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      @media (prefers-reduced-motion: no-preference) {
        li.new {
          animation: come 1.2s;
        }
        @keyframes come {
          from {
            background: color-mix(in srgb, var(--_accent) 30%, transparent);
          }
        }
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare lines: readonly CommitLine[];
  readonly #watching = new Work();
  #first = 0;

  constructor() {
    super();
    this.lines = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watching.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("context");
    if (changed.has("context") && before?.pond !== this.context?.pond) this.#watch();
  }

  override render(): TemplateResult {
    return html`<h3>Live log of all tabs</h3>
      <div class="scroll" role="log" tabindex="0" aria-label="Commits of all tabs, newest first">
        <ol>
          ${repeat(
            this.lines,
            ({ commit }) => commit.seq,
            (line) => this.#item(line),
          )}
        </ol>
      </div>`;
  }

  #item(line: CommitLine): TemplateResult {
    const { commit, bytes } = line;
    const at = isoTime(commit.time);
    return html`<li class=${commit.seq > this.#first ? "new" : ""}>
      <span class="quiet number">${formatCount(commit.seq)}</span>
      <time class="quiet mono" datetime=${at}>${TIMES.format(new Date(commit.time / 1000))}</time>
      <span class="title ${commit.kind === "maintenance" ? "quiet" : ""}">${commitTitle(line)}</span>
      <span class="quiet number">${bytes > 0 ? formatBytes(bytes) : ""}</span>
    </li>`;
  }

  #watch(): void {
    const { context } = this;
    this.lines = [];
    if (!context) return;
    this.#watching.run(
      async (signal) => {
        const since = await this.#readNewest(context);
        await followLog(context.pond, { since, signal }, async (commit) => {
          const line = await readLine(commit);
          this.lines = [line, ...this.lines].slice(0, MOST_LINES);
          this.dispatchEvent(new CustomEvent("tp-commit"));
        });
      },
      (error) => context.fail(error, "Could not follow the log"),
    );
  }

  async #readNewest({ pond }: ViewContext): Promise<number> {
    const lines: CommitLine[] = [];
    for await (const commit of pond.log({ reverse: true })) {
      lines.push(await readLine(commit));
      if (lines.length >= AT_FIRST) break;
    }
    this.lines = lines;
    this.#first = lines[0]?.commit.seq ?? 0;
    return this.#first;
  }
}

const TIMES = new Intl.DateTimeFormat("en", { timeStyle: "medium", hour12: false });

customElements.define("tp-live-log", LiveLog);
