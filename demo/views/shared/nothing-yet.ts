import { html, type TemplateResult } from "lit";

/** What stands in a place until there is something to show, of about the same height. */
export function waiting(text: string, height = "12rem"): TemplateResult {
  return html`<p class="quiet" role="status" style="min-height:${height}">${text}</p>`;
}
