import { html, type TemplateResult } from "lit";
import { nameOf, stepsTo } from "../frame/paths.ts";

/** The way from the root to a path; each step but the last leads there, and takes what is dropped. */
export function pathBar(path: string, onOpen: (path: string) => void): TemplateResult {
  const steps = ["/", ...stepsTo(path)];
  return html`<nav class="path-bar" aria-label="Path">
    <ol>
      ${steps.map((step, index) => html`<li>${pathStep(step, index === steps.length - 1, onOpen)}</li>`)}
    </ol>
  </nav>`;
}

function pathStep(path: string, isLast: boolean, onOpen: (path: string) => void): TemplateResult {
  const name = path === "/" ? "All files" : nameOf(path);
  if (isLast) return html`<h2 aria-current="page">${name}</h2>`;
  return html`<button type="button" data-path=${path} @click=${() => onOpen(path)}>${name}</button>`;
}
