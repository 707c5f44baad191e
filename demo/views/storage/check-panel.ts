import { html, type PropertyDeclarations, type TemplateResult } from "lit";
import type { CheckReport, Finding, Repaired } from "tinypond";
import { formatBytes, formatCount, formatCounted } from "../../format.ts";
import { TaskPanel } from "./task-panel.ts";

const MOST_LINES = 200;

const SEVERITY_WORDS: Readonly<Record<Finding["severity"], string>> = {
  error: "Fault",
  leftover: "Leftover",
  known: "Set aside before",
};

/** Looks for faults, and mends what can be mended. */
export class CheckPanel extends TaskPanel {
  static override properties: PropertyDeclarations = {
    report: { state: true },
    repaired: { state: true },
  };
  declare report: CheckReport | undefined;
  declare repaired: readonly Repaired[] | undefined;

  override render(): TemplateResult {
    const isBusy = this.busy !== undefined;
    const canRepair = this.report?.findings.some(({ severity }) => severity !== "known") ?? false;
    return html`<section class="panel" aria-labelledby="title">
      <h3 id="title">Check</h3>
      <p class="quiet">Looks for faults in one pass, changes nothing, and lists every one.</p>
      <div class="bar">
        <label><input id="deep" type="checkbox" ?disabled=${isBusy} /> Read every byte, too</label>
      </div>
      <div class="bar">
        <button type="button" ?disabled=${isBusy} @click=${() => this.#check()}>Check</button>
        ${
          canRepair && !this.repaired
            ? html`<button type="button" class="primary" ?disabled=${isBusy} @click=${() => this.#repair()}>
              Repair what can be
            </button>`
            : ""
        }
      </div>
      ${this.progressBar(this.busy === CHECKING)}
      ${this.repaired ? repairedTable(this.repaired) : this.report ? told(this.report) : ""}
    </section>`;
  }

  #check(): void {
    const deep = this.renderRoot.querySelector<HTMLInputElement>("#deep")?.checked ?? false;
    this.repaired = undefined;
    this.run(CHECKING, async ({ pond }, signal) => {
      const report = await pond.check({
        deep,
        signal,
        onProgress: ({ phase, done }) => {
          this.progress = `${formatCount(done)} ${phase}`;
        },
      });
      this.report = report;
      return words(report);
    });
  }

  #repair(): void {
    const { report } = this;
    if (!report) return;
    this.run("Repairing", async (context) => {
      const { repaired } = await context.pond.repair(report);
      this.repaired = repaired;
      context.refresh();
      return `${formatCounted(repaired.length, "finding")} dealt with`;
    });
  }
}

const CHECKING = "Checking";

function told(report: CheckReport): TemplateResult {
  const { findings, settled } = report;
  const isBad = findings.some(({ severity }) => severity === "error");
  return html`<p class="hint ${isBad ? "danger" : ""}" role="status">${words(report)}</p>
    ${
      settled
        ? ""
        : html`<p class="quiet">
          Other tabs wrote all the while, so sums and counts were not compared. Check again when they rest.
        </p>`
    }
    ${
      findings.length === 0
        ? ""
        : html`<div class="scroll" role="region" tabindex="0" aria-label="Findings">
          <table>
            <tbody>
              ${findings.slice(0, MOST_LINES).map(
                ({ severity, kind, message, path }) => html`<tr>
                  <th scope="row">${SEVERITY_WORDS[severity]}</th>
                  <td>${message}<br /><span class="quiet mono">${kind}${path ? ` ${path}` : ""}</span></td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`
    }`;
}

function repairedTable(repaired: readonly Repaired[]): TemplateResult {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="What was repaired">
    <table>
      <tbody>
        ${repaired.slice(0, MOST_LINES).map(
          ({ outcome, message, finding }) => html`<tr>
            <th scope="row">${outcome}</th>
            <td>${message}<br /><span class="quiet">${finding.message}</span></td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function words({ findings, rows, blobs, bytes, seq }: CheckReport): string {
  const looked = [
    formatCounted(rows, "row"),
    formatCounted(blobs, "large file"),
    ...(bytes > 0 ? [`${formatBytes(bytes)} byte for byte`] : []),
  ];
  const found = findings.length === 0 ? "No faults" : formatCounted(findings.length, "finding");
  return `${found} as of commit ${formatCount(seq)}: ${looked.join(", ")} looked at.`;
}

customElements.define("tp-check", CheckPanel);
