import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { formatCounted } from "../format.ts";
import type { ImportJob } from "./import-job.ts";
import type { ImportQueue } from "./import-queue.ts";

/** More lines than these are no help: of a large folder only what runs, what failed and the newest. */
const MOST_LINES = 50;

/** The lines of the imports, newest first, below the files. */
export function importDock(
  queue: ImportQueue,
  onOpen: (path: string) => void,
): TemplateResult | typeof nothing {
  const { jobs } = queue;
  if (jobs.length === 0) return nothing;
  const running = jobs.filter(({ isEnded }) => !isEnded).length;
  const failed = jobs.filter(({ state }) => state === "failed").length;
  const title = running > 0 ? `Importing: ${formatCounted(running, "file")} to go` : "Imports";
  return html`<section class="imports" aria-labelledby="imports-heading">
    <div class="imports-head">
      <h2 id="imports-heading">${title}</h2>
      ${failed > 0 ? html`<span class="failed">${failed} failed</span>` : nothing}
      ${
        running > 0
          ? html`<button type="button" @click=${() => queue.cancelAll()}>Cancel all</button>`
          : html`<button type="button" @click=${() => queue.dismissEnded()}>Dismiss all</button>`
      }
    </div>
    <ul id="imports" tabindex="0" aria-labelledby="imports-heading">
      ${repeat(
        shown(jobs),
        (job) => job,
        (job) => line(job, queue, onOpen),
      )}
    </ul>
  </section>`;
}

function shown(jobs: readonly ImportJob[]): readonly ImportJob[] {
  if (jobs.length <= MOST_LINES) return jobs.toReversed();
  const telling = jobs.filter(({ state }) => state === "running" || state === "failed");
  const rest = jobs.filter((job) => !telling.includes(job)).toReversed();
  return [...telling.toReversed(), ...rest].slice(0, MOST_LINES);
}

function line(job: ImportJob, queue: ImportQueue, onOpen: (path: string) => void): TemplateResult {
  const { name, state, text, path } = job;
  return html`<li class="import" data-state=${state}>
    <p class="import-name">
      ${
        path === undefined
          ? name
          : html`<button type="button" class="link-like" @click=${() => onOpen(path)}>${name}</button>`
      }
    </p>
    ${
      job.isEnded
        ? html`<button
            type="button"
            class="plain"
            aria-label="Dismiss the import of ${name}"
            @click=${() => queue.dismiss(job)}
          >Dismiss</button>`
        : html`<button
            type="button"
            aria-label="Cancel the import of ${name}"
            @click=${() => job.cancel()}
          >Cancel</button>`
    }
    ${
      job.isEnded
        ? nothing
        : html`<progress
            aria-label="Import of ${name}"
            max=${Math.max(1, job.totalBytes)}
            .value=${job.bytes}
          ></progress>`
    }
    <p class="import-status">${text}</p>
  </li>`;
}
