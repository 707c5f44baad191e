import { html, type PropertyDeclarations, type TemplateResult } from "lit";
import type { RetentionPolicy, VacuumReport } from "tinypond";
import { formatBytes, formatCount, formatCounted } from "../../format.ts";
import { TaskPanel } from "./task-panel.ts";

const MOST_LINES = 200;
const MS_PER_DAY = 86_400_000;

type Choice = "own" | "versions" | "days";

interface Report {
  readonly report: VacuumReport;
  readonly isDry: boolean;
}

/** Drops old versions, after it has told which. */
export class VacuumPanel extends TaskPanel {
  static override properties: PropertyDeclarations = {
    report: { state: true },
    choice: { state: true },
    count: { state: true },
  };
  declare report: Report | undefined;
  declare choice: Choice;
  declare count: number;

  constructor() {
    super();
    this.choice = "own";
    this.count = 1;
  }

  override render(): TemplateResult {
    const isBusy = this.busy !== undefined;
    const dropped = this.report?.isDry ? this.report.report.droppedVersions : 0;
    return html`<section class="panel" aria-labelledby="title">
      <h3 id="title">Drop old versions</h3>
      <p class="quiet">What is current, tagged or open somewhere stays. What is dropped is gone for good.</p>
      <div class="bar">
        <label>
          Keep
          <select @change=${(event: Event) => this.#choose(event)} ?disabled=${isBusy}>
            <option value="own">what the pond’s own policy keeps</option>
            <option value="versions">the newest versions of each file</option>
            <option value="days">what was current in the last days</option>
          </select>
        </label>
        ${this.choice === "own" ? "" : this.#number(isBusy)}
      </div>
      <div class="bar">
        <button type="button" ?disabled=${isBusy} @click=${() => this.#vacuum(true)}>Look first</button>
        <button
          type="button"
          class="danger"
          ?disabled=${isBusy || dropped === 0}
          @click=${() => this.#vacuum(false)}
        >
          ${dropped === 0 ? "Drop them" : `Drop ${formatCounted(dropped, "version")}`}
        </button>
      </div>
      ${this.progressBar(true)} ${this.report ? this.#told(this.report) : ""}
    </section>`;
  }

  #number(isBusy: boolean): TemplateResult {
    const label = this.choice === "versions" ? "How many versions" : "How many days";
    return html`<input
      type="number"
      aria-label=${label}
      min=${this.choice === "versions" ? 1 : 0}
      step="1"
      style="width:6rem"
      ?disabled=${isBusy}
      .value=${String(this.count)}
      @input=${({ target }: Event) => {
        this.count = Math.max(0, Math.floor(Number((target as HTMLInputElement).value)));
        this.report = undefined;
      }}
    />`;
  }

  #told({ report, isDry }: Report): TemplateResult {
    const { dropped } = report;
    return html`<p class="hint" role="status">${words(report, isDry)}</p>
      ${
        isDry && dropped.length > 0
          ? html`<div class="scroll" role="region" tabindex="0" aria-label="Versions that would be dropped">
            <table>
              <thead>
                <tr>
                  <th scope="col">File</th>
                  <th scope="col" class="number">Version</th>
                  <th scope="col" class="number">Commit</th>
                  <th scope="col" class="number">Bytes</th>
                </tr>
              </thead>
              <tbody>
                ${dropped.slice(0, MOST_LINES).map(
                  ({ path, version, txnSeq, size }) => html`<tr>
                    <th scope="row" style="white-space:normal">${path}</th>
                    <td class="number">${formatCount(version)}</td>
                    <td class="number">${formatCount(txnSeq)}</td>
                    <td class="number">${formatBytes(size)}</td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`
          : ""
      }
      ${
        isDry && dropped.length > MOST_LINES
          ? html`<p class="quiet">The first ${MOST_LINES} are shown.</p>`
          : ""
      }`;
  }

  #choose({ target }: Event): void {
    this.choice = (target as HTMLSelectElement).value as Choice;
    this.count = this.choice === "days" ? 1 : Math.max(1, this.count);
    this.report = undefined;
  }

  get #policy(): RetentionPolicy | undefined {
    if (this.choice === "own") return undefined;
    return this.choice === "versions"
      ? { keepVersions: Math.max(1, this.count) }
      : { keepFor: this.count * MS_PER_DAY };
  }

  #vacuum(dryRun: boolean): void {
    const policy = this.#policy;
    this.run(
      dryRun ? "Looking through history" : "Dropping old versions",
      async ({ pond }, signal) => {
        const report = await pond.vacuum(policy, {
          dryRun,
          signal,
          onProgress: ({ scanned, dropped }) => {
            this.progress = `${formatCount(scanned)} looked at, ${formatCount(dropped)} to go`;
          },
        });
        this.report = { report, isDry: dryRun };
        return words(report, dryRun);
      },
    );
  }
}

function words(
  { droppedVersions, droppedCommits, freedBytes }: VacuumReport,
  isDry: boolean,
): string {
  if (droppedVersions === 0 && droppedCommits === 0) return "There is nothing to drop.";
  const would = isDry ? "would be dropped" : "dropped";
  const freed = isDry ? "would be freed" : "freed";
  return `${formatCounted(droppedVersions, "version")} and ${formatCounted(droppedCommits, "commit")} of the log ${would}, ${formatBytes(freedBytes)} ${freed}.`;
}

customElements.define("tp-vacuum", VacuumPanel);
