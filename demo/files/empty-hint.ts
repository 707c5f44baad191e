import { html, type TemplateResult } from "lit";

/** Says in the middle of the list why there is nothing. */
export function quietHint(text: string): TemplateResult {
  return html`<p class="empty quiet">${text}</p>`;
}

/** What to do with an empty folder. */
export function emptyHint(path: string, onSample: () => void): TemplateResult {
  return html`<div class="empty">
    <p class="empty-title">${path === "/" ? "Nothing here yet" : "This folder is empty"}</p>
    <p class="quiet">
      Drop files or folders here. Parquet, Arrow, CSV, TSV and JSON become tables; anything else is kept
      as it is. Nothing leaves this browser.
    </p>
    <p>
      <button type="button" id="sample-button" class="primary" @click=${onSample}>Load a sample</button>
      <span class="quiet">3 million flights, a Parquet file of 13.5 MB</span>
    </p>
  </div>`;
}
