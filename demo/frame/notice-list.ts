import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Notice, Notices } from "./notices.ts";

/** The messages; an error is said at once to those who listen. */
export function noticeList(notices: Notices): TemplateResult {
  return html`<section id="notices" aria-label="Messages">
    ${repeat(
      notices.all,
      (notice) => notice,
      (notice) => line(notice, notices),
    )}
  </section>`;
}

function line(notice: Notice, notices: Notices): TemplateResult {
  const { kind, title, advice, code, action } = notice;
  return html`<div class="notice ${kind}">
    <div role=${kind === "error" ? "alert" : "status"}>
      <p class="notice-title">${title}</p>
      ${advice === undefined ? nothing : html`<p>${advice}</p>`}
      ${code === undefined ? nothing : html`<p class="notice-code">${code}</p>`}
    </div>
    <div class="notice-actions">
      ${
        action === undefined
          ? nothing
          : html`<button
              type="button"
              class="notice-action"
              @click=${() => {
                notices.dismiss(notice);
                action.run();
              }}
            >${action.label}</button>`
      }
      <button
        type="button"
        class="plain"
        aria-label="Dismiss: ${title}"
        @click=${() => notices.dismiss(notice)}
      >Dismiss</button>
    </div>
  </div>`;
}
