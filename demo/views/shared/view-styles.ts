import { css } from "lit";

/** What all views look like inside, in the frame's colours; the second ones hold where there is no frame. */
export const viewStyles = css`
  :host {
    --_bg: var(--tp-bg, Canvas);
    --_surface: var(--tp-surface, Canvas);
    --_surface-2: var(--tp-surface-2, color-mix(in srgb, CanvasText 6%, Canvas));
    --_text: var(--tp-text, CanvasText);
    --_muted: var(--tp-muted, color-mix(in srgb, CanvasText 70%, Canvas));
    --_border: var(--tp-border, color-mix(in srgb, CanvasText 20%, Canvas));
    --_accent: var(--tp-accent, LinkText);
    --_accent-text: var(--tp-accent-text, Canvas);
    --_danger: var(--tp-danger, #b42318);
    --_warn: var(--tp-warn, #8a5300);
    --_ok: var(--tp-ok, #1a7340);
    --_1: var(--tp-space-1, 0.25rem);
    --_2: var(--tp-space-2, 0.5rem);
    --_3: var(--tp-space-3, 0.75rem);
    --_4: var(--tp-space-4, 1rem);
    --_radius: var(--tp-radius, 8px);
    --_mono: var(--tp-mono, 0.87em / 1.45 ui-monospace, monospace);
    display: flex;
    flex-direction: column;
    gap: var(--_3);
    min-width: 0;
    color: var(--_text);
    font: var(--tp-font, 15px / 1.45 system-ui, sans-serif);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: 1.1rem;
  }
  h3 {
    font-size: 0.95rem;
  }
  ul,
  ol {
    list-style: none;
  }
  button,
  select,
  input {
    min-height: 2rem;
    max-width: 100%;
    padding: var(--_1) var(--_3);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  select,
  input:not([type="checkbox"], [type="radio"]) {
    padding-inline: var(--_2);
    border-color: var(--_muted);
  }
  input[type="radio"],
  input[type="checkbox"] {
    min-height: 0;
    accent-color: var(--_accent);
  }
  button {
    cursor: pointer;
    white-space: nowrap;
  }
  button:hover:not(:disabled) {
    border-color: var(--_accent);
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_accent-text);
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--_accent);
  }
  button.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  :focus-visible {
    outline: var(--tp-focus, 2px solid var(--_accent));
    outline-offset: 1px;
  }
  label {
    display: inline-flex;
    align-items: center;
    gap: var(--_2);
    min-width: 0;
    max-width: 100%;
  }
  label > select {
    flex: 1 1 auto;
    min-width: 0;
  }
  td button.plain,
  th button.plain {
    min-height: 0;
    padding: 0;
    font-weight: inherit;
    text-align: start;
    white-space: normal;
  }
  tbody th {
    min-width: 5rem;
  }
  .quiet {
    color: var(--_muted);
  }
  .mono {
    font: var(--_mono);
  }
  .number {
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_2);
  }
  .grow {
    flex: 1 1 auto;
    min-width: 0;
  }
  .panel {
    padding: var(--_3);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .hint {
    padding: var(--_2) var(--_3);
    border-inline-start: 3px solid var(--_accent);
    border-radius: 3px;
    background: var(--_surface-2);
  }
  .hint.warn {
    border-color: var(--_warn);
  }
  .hint.danger {
    border-color: var(--_danger);
  }
  .scroll {
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: var(--_1) var(--_3);
    border-bottom: 1px solid var(--_border);
    text-align: start;
    vertical-align: top;
    overflow-wrap: break-word;
  }
  th {
    font-weight: 600;
    white-space: nowrap;
  }
  thead th {
    position: sticky;
    top: 0;
    background: var(--_surface-2);
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  td.number,
  th.number {
    text-align: end;
    white-space: nowrap;
  }
  progress {
    width: 100%;
    height: 0.5rem;
    accent-color: var(--_accent);
  }
  @media (max-width: 30rem) {
    .bar > button {
      padding-inline: var(--_2);
      font-size: 0.92em;
    }
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
