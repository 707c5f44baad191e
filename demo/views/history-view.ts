import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Change, Tag } from "tinypond";
import { formatCount } from "../format.ts";
import type { ViewContext } from "./contract.ts";
import "./history/commit-item.ts";
import "./history/diff-panel.ts";
import { type CommitLine, readLine } from "./shared/commit-words.ts";
import { followLog } from "./shared/follow-log.ts";
import { waiting } from "./shared/nothing-yet.ts";
import { viewStyles } from "./shared/view-styles.ts";
import { Work } from "./shared/work.ts";

const PAGE = 30;

/** The commits of a pond, newest first: to step back to, to compare, to tag, to restore from. */
export class HistoryView extends LitElement {
  static override properties = {
    context: { attribute: false },
    lines: { state: true },
    tags: { state: true },
    compared: { state: true },
    hasMore: { state: true },
    isReading: { state: true },
  };
  static override styles = [
    viewStyles,
    css`
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--_3);
      }
      li {
        position: relative;
        padding-inline-start: 1.5rem;
      }
      li::before {
        content: "";
        position: absolute;
        inset-block: 0 calc(-1 * var(--_3));
        inset-inline-start: 0.4rem;
        border-inline-start: 2px solid var(--_border);
      }
      li:last-child::before {
        inset-block-end: 50%;
      }
      li::after {
        content: "";
        position: absolute;
        top: 1.25rem;
        inset-inline-start: calc(0.4rem - 4px);
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--_accent);
      }
      li.maintenance::after {
        background: var(--_border);
      }
      li.here > .panel {
        border-color: var(--_accent);
        box-shadow: inset 0 0 0 1px var(--_accent);
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare lines: readonly CommitLine[] | undefined;
  declare tags: readonly Tag[];
  declare compared: readonly number[];
  declare hasMore: boolean;
  declare isReading: boolean;
  readonly #reading = new Work();
  readonly #watching = new Work();

  constructor() {
    super();
    this.tags = [];
    this.compared = [];
    this.hasMore = false;
    this.isReading = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reading.end();
    this.#watching.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("context");
    if (changed.has("context") && before?.pond !== this.context?.pond) this.#begin();
  }

  override render(): TemplateResult {
    const { context, lines, compared } = this;
    if (!context || !lines) return waiting("Reading the log …", "24rem");
    const [one, other] = compared.toSorted((a, b) => a - b);
    return html`${
      context.at === undefined
        ? ""
        : html`<div class="hint warn bar" role="status">
            <span class="grow">The explorer shows the pond as of commit ${formatCount(context.at)}.</span>
            <button type="button" class="primary" @click=${() => context.goTo(undefined)}>
              Return to now
            </button>
          </div>`
    }
      ${
        one !== undefined && other !== undefined
          ? html`<tp-diff
            .context=${context}
            .from=${one}
            .to=${other}
            @tp-close=${() => {
              this.compared = [];
            }}
          ></tp-diff>`
          : html`<p class="quiet" role="status">
            ${
              one === undefined
                ? "Press “Compare” at two commits to see what differs."
                : `Commit ${formatCount(one)} is chosen: press “Compare” at another one.`
            }
          </p>`
      }
      ${
        lines.length === 0
          ? html`<p class="quiet">Nothing has been committed yet.</p>`
          : html`<ol aria-label="Commits, newest first">
            ${repeat(
              lines,
              ({ commit }) => commit.seq,
              (line) => this.#item(context, line),
            )}
          </ol>`
      }
      ${
        this.hasMore
          ? html`<button type="button" ?disabled=${this.isReading} @click=${() => this.#readOlder()}>
            ${this.isReading ? "Reading …" : "Show older commits"}
          </button>`
          : html`<p class="quiet">This is where history begins, as far as it is kept.</p>`
      }`;
  }

  #item(context: ViewContext, line: CommitLine): TemplateResult {
    const { seq, kind } = line.commit;
    return html`<li class="${kind} ${context.at === seq ? "here" : ""}">
      <tp-commit
        class="panel"
        .context=${context}
        .line=${line}
        .tags=${this.tags.filter((tag) => tag.seq === seq)}
        .isCompared=${this.compared.includes(seq)}
        @tp-compare=${() => this.#compare(seq)}
        @tp-tag=${({ detail }: CustomEvent<string>) =>
          this.#do(`tagged commit ${seq} “${detail}”`, `Could not tag commit ${seq}`, ({ pond }) =>
            pond.tag(detail, seq),
          )}
        @tp-untag=${({ detail }: CustomEvent<string>) =>
          this.#do(
            `removed the tag “${detail}”`,
            `Could not remove the tag “${detail}”`,
            ({ pond }) => pond.untag(detail),
          )}
        @tp-restore=${({ detail }: CustomEvent<Change>) => this.#restore(detail)}
      ></tp-commit>
    </li>`;
  }

  #compare(seq: number): void {
    this.compared = this.compared.includes(seq)
      ? this.compared.filter((one) => one !== seq)
      : [...this.compared.slice(-1), seq];
  }

  #restore({ path, kind, version }: Change): void {
    const isRemoved = kind === "remove";
    const done = isRemoved ? `brought back ${path}` : `restored version ${version} of ${path}`;
    this.#do(done, `Could not restore “${path}”`, ({ pond }) =>
      isRemoved ? pond.root.restore(path) : pond.root.restore(path, version),
    );
  }

  /** Does something with the pond, says so, and shows what has become of it. */
  #do(done: string, doing: string, work: (context: ViewContext) => Promise<unknown>): void {
    const { context } = this;
    if (!context) return;
    const run = async () => {
      await work(context);
      this.tags = await context.pond.tags();
      context.announce(done.charAt(0).toUpperCase() + done.slice(1));
      context.refresh();
    };
    run().catch((error: unknown) => context.fail(error, doing));
  }

  #begin(): void {
    const { context } = this;
    this.lines = undefined;
    this.compared = [];
    this.#watching.end();
    if (!context) return;
    this.#reading.run(
      async (signal) => {
        const [lines, tags] = await Promise.all([page(context, undefined), context.pond.tags()]);
        if (signal.aborted) return;
        this.lines = lines;
        this.tags = tags;
        this.hasMore = hasOlder(lines);
        this.#watch(context, lines[0]?.commit.seq ?? 0);
      },
      (error) => context.fail(error, "Could not read the log"),
    );
  }

  #readOlder(): void {
    const { context, lines = [] } = this;
    const last = lines.at(-1)?.commit.seq;
    if (!context || last === undefined) return;
    this.isReading = true;
    this.#reading.run(
      async (signal) => {
        const older = await page(context, last - 1);
        if (signal.aborted) return;
        this.lines = [...(this.lines ?? []), ...older];
        this.hasMore = hasOlder(older);
        this.isReading = false;
      },
      (error) => {
        this.isReading = false;
        context.fail(error, "Could not read older commits");
      },
    );
  }

  #watch({ pond }: ViewContext, since: number): void {
    this.#watching.run(
      (signal) =>
        followLog(pond, { since, signal }, async (commit) => {
          const line = await readLine(commit);
          this.lines = [line, ...(this.lines ?? [])];
        }),
      (error) => this.context?.fail(error, "Could not follow the log"),
    );
  }
}

/** The commits from one down, newest first. */
async function page({ pond }: ViewContext, to: number | undefined): Promise<CommitLine[]> {
  const lines: CommitLine[] = [];
  const range = { reverse: true, ...(to !== undefined && { to }) };
  if (to === 0) return lines;
  for await (const commit of pond.log(range)) {
    lines.push(await readLine(commit));
    if (lines.length >= PAGE) break;
  }
  return lines;
}

function hasOlder(lines: readonly CommitLine[]): boolean {
  return lines.length >= PAGE && (lines.at(-1)?.commit.seq ?? 1) > 1;
}

customElements.define("tp-history", HistoryView);
