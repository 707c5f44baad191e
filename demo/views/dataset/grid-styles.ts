import { css } from "lit";

export const gridStyles = css`
  :host {
    height: var(--tp-grid-height, clamp(18rem, 62vh, 52rem));
  }
  .view {
    flex: 1;
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
    contain: strict;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .box {
    min-width: 100%;
  }
  .layer {
    position: sticky;
    top: 0;
    overflow-y: clip;
  }
  .rows {
    position: relative;
  }
  .row {
    display: grid;
    grid-template-columns: var(--columns);
    position: absolute;
    inset-inline: 0;
    height: 28px;
    border-bottom: 1px solid var(--_border);
    contain: strict;
  }
  .row > * {
    padding: 3px 10px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    line-height: 21px;
  }
  .row > .number {
    text-align: end;
  }
  .row > .null {
    color: var(--_muted);
    font-style: italic;
  }
  .row > .row-number {
    position: sticky;
    left: 0;
    z-index: 1;
    padding-inline: 4px 10px;
    border-inline-end: 1px solid var(--_border);
    background: var(--_surface-2);
    color: var(--_muted);
    font-size: 0.8em;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .row.unread > [role="gridcell"] {
    background: linear-gradient(var(--_surface-2), var(--_surface-2)) 10px 9px / calc(70% - 20px) 9px
      no-repeat;
  }
  .row > .active {
    outline: 2px solid transparent;
    outline-offset: -2px;
  }
  .view:focus .active {
    outline-color: var(--_accent);
  }
  .row.head {
    position: relative;
    z-index: 2;
    height: 48px;
    background: var(--_surface-2);
  }
  .head > [data-head] {
    display: flex;
    flex-direction: column;
    justify-content: center;
    padding-block: 0;
    line-height: 1.25;
    cursor: pointer;
  }
  .head > [data-head]:hover .name {
    color: var(--_accent);
  }
  .head .name,
  .head .type {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .head .name {
    font-weight: 600;
  }
  .head .type {
    color: var(--_muted);
    font-size: 0.75em;
  }
`;
