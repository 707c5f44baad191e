import { css, html, LitElement, type TemplateResult } from "lit";
import type { Change, Tag } from "tinypond";
import { formatBytes, formatCount, formatCounted, formatTime, isoTime } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import {
  byteWords,
  type CommitLine,
  changeWords,
  commitTitle,
  pathWords,
} from "../shared/commit-words.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";

/** One commit: what it did, and what can be done with it. */
export class CommitItem extends LitElement {
  static override properties = {
    context: { attribute: false },
    line: { attribute: false },
    tags: { attribute: false },
    isCompared: { attribute: false },
    isOpen: { state: true },
    isTagging: { state: true },
    rows: { state: true },
  };
  static override styles = [
    viewStyles,
    css`
      :host {
        gap: var(--_2);
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--_2) var(--_4);
      }
      .info {
        flex: 1 1 20rem;
        min-width: 0;
      }
      .title {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .seq {
        min-width: 3.5ch;
        color: var(--_muted);
        font-variant-numeric: tabular-nums;
      }
      [aria-pressed="true"] {
        border-color: var(--_accent);
        box-shadow: inset 0 0 0 1px var(--_accent);
      }
      .tag {
        display: inline-flex;
        align-items: center;
        border-radius: 99px;
        background: var(--_accent);
        color: var(--_accent-text);
        padding-inline-start: var(--_3);
        font-size: 0.85em;
      }
      .tag button {
        min-height: 1.6rem;
        border: 0;
        background: none;
        color: inherit;
      }
      .tag button:focus-visible {
        outline-color: currentcolor;
        outline-offset: -3px;
      }
      .here {
        color: var(--_accent);
        font-weight: 600;
      }
      .paths {
        overflow-wrap: anywhere;
      }
      @media (max-width: 30rem) {
        .actions {
          flex: 1 1 100%;
          gap: var(--_1);
        }
        .actions > button {
          flex: 1 1 0;
          padding-inline: 2px;
          font-size: 0.84em;
        }
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare line: CommitLine | undefined;
  declare tags: readonly Tag[];
  declare isCompared: boolean;
  declare isOpen: boolean;
  declare isTagging: boolean;
  /** Rows by path, as the commit left them. */
  declare rows: ReadonlyMap<string, number> | undefined;
  readonly #reading = new Work();

  constructor() {
    super();
    this.tags = [];
    this.isCompared = false;
    this.isOpen = false;
    this.isTagging = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reading.end();
  }

  override render(): TemplateResult {
    const { line, context } = this;
    if (!line) return html``;
    const { commit } = line;
    const isHere = context?.at === commit.seq;
    const bytes = byteWords(line);
    return html`<div class="top">
        <div class="info">
          <div class="bar">
            <span class="seq">${formatCount(commit.seq)}</span>
            <span class="title">${commitTitle(line)}</span>
            ${this.tags.map((tag) => this.#tag(tag))}
            ${isHere ? html`<span class="here">You are here</span>` : ""}
          </div>
          <p class="quiet paths">
            <time datetime=${isoTime(commit.time)}>${formatTime(commit.time)}</time>
            ${commit.kind === "maintenance" ? " · by the pond itself" : ""} ·
            ${formatCounted(commit.changeCount, "change")}${bytes === "" ? "" : `, ${bytes}`}
            ${line.changes.length > 1 || commit.label ? html`<br />${pathWords(line)}` : ""}
          </p>
        </div>
        <div class="bar actions">
          <button type="button" aria-expanded=${this.isOpen} @click=${() => this.#open()}>
            Changes
          </button>
          <button type="button" ?disabled=${isHere} @click=${() => context?.goTo(commit.seq)}>
            Step back
          </button>
          <button
            type="button"
            aria-pressed=${this.isCompared}
            @click=${() => this.#say("tp-compare")}
          >
            ${this.isCompared ? "Compared" : "Compare"}
          </button>
          ${
            this.isTagging
              ? this.#tagForm()
              : html`<button type="button" @click=${() => this.#beginTag()}>Tag …</button>`
          }
        </div>
      </div>
      ${this.isOpen ? this.#changes(line) : ""}`;
  }

  #tag({ name }: Tag): TemplateResult {
    return html`<span class="tag">
      ${name}
      <button
        type="button"
        aria-label="Remove the tag ${name}"
        @click=${() => this.#say("tp-untag", name)}
      >
        ✕
      </button>
    </span>`;
  }

  #tagForm(): TemplateResult {
    return html`<form
      class="bar"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const name = this.renderRoot.querySelector("input")?.value.trim() ?? "";
        if (name !== "") this.#say("tp-tag", name);
        this.isTagging = false;
      }}
    >
      <input aria-label="Name of the tag" placeholder="Name of the tag" maxlength="200" required />
      <button type="submit" class="primary">Add</button>
    </form>`;
  }

  #beginTag(): void {
    this.isTagging = true;
    void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus());
  }

  #changes(line: CommitLine): TemplateResult {
    const { changes, commit } = line;
    const more = commit.changeCount - changes.length;
    return html`<div class="scroll" role="region" tabindex="0" aria-label="Changes of commit ${commit.seq}" style="max-height:20rem">
        <table>
          <thead>
            <tr>
              <th scope="col">Entry</th>
              <th scope="col">What</th>
              <th scope="col" class="number">Rows then</th>
              <th scope="col" class="number">Bytes</th>
              <th scope="col"><span class="visually-hidden">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            ${changes.map((change) => this.#change(change, line))}
          </tbody>
        </table>
      </div>
      ${more > 0 ? html`<p class="quiet">and ${formatCount(more)} more</p>` : ""}`;
  }

  #change(change: Change, line: CommitLine): TemplateResult {
    const { path, size, version, kind } = change;
    const rows = this.rows?.get(path);
    const isFile = change.entryType.startsWith("File");
    const label = kind === "remove" ? "Bring it back" : `Restore version ${version}`;
    const isMovedAway = kind === "remove" && [...line.moves.values()].includes(path);
    const canRestore =
      (kind === "remove" && !isMovedAway) ||
      (isFile && version !== undefined && kind !== "compact");
    return html`<tr>
      <th scope="row" style="white-space:normal">
        <button type="button" class="plain" style="white-space:normal" @click=${() => this.context?.openPath(path)}>
          ${path}
        </button>
      </th>
      <td>${changeWords(change, line)}${version === undefined ? "" : `, version ${version}`}</td>
      <td class="number">${rows === undefined ? "" : formatCount(rows)}</td>
      <td class="number">${isFile && size !== undefined ? formatBytes(size) : ""}</td>
      <td>
        ${
          canRestore
            ? html`<button type="button" aria-label="${label} of ${path}" @click=${() => this.#say("tp-restore", change)}>
              ${label}
            </button>`
            : ""
        }
      </td>
    </tr>`;
  }

  #open(): void {
    this.isOpen = !this.isOpen;
    if (this.isOpen && !this.rows) this.#readRows();
  }

  /** The log does not tell rows: the tree as of the commit does. */
  #readRows(): void {
    const { context, line } = this;
    if (!context || !line) return;
    const { seq } = line.commit;
    this.#reading.run(
      async (signal) => {
        const snapshot = await context.pond.snapshot({ seq });
        try {
          const rows = new Map<string, number>();
          for (const { path, entryType, kind } of line.changes) {
            if (signal.aborted) return;
            const isTable = entryType === "FileTable" || entryType === "FileSeries";
            if (!isTable || kind === "remove" || !(await snapshot.root.exists(path))) continue;
            const { rowCount } = await snapshot.root.stat(path);
            if (rowCount !== undefined) rows.set(path, rowCount);
          }
          this.rows = rows;
        } finally {
          await snapshot.close();
        }
      },
      () => {
        this.rows = new Map(); // what history has dropped is left blank
      },
    );
  }

  #say(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("tp-commit", CommitItem);
