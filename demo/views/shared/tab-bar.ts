import { css, html, type TemplateResult } from "lit";

/** One tab: its key, and what stands on it. */
export type Tab<Key extends string> = readonly [key: Key, label: string];

/** A row of tabs for the panel with the id "panel"; arrow keys go from one to the next. */
export function tabBar<Key extends string>(
  tabs: readonly Tab<Key>[],
  selected: Key,
  label: string,
  select: (key: Key) => void,
): TemplateResult {
  const onKey = (event: KeyboardEvent) => {
    const at = tabs.findIndex(([key]) => key === selected);
    const to = targetOf(event.key, at, tabs.length);
    const next = to === undefined ? undefined : tabs[to];
    if (!next) return;
    event.preventDefault();
    select(next[0]);
    const bar = event.currentTarget as HTMLElement;
    bar.querySelector<HTMLElement>(`[data-tab="${next[0]}"]`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${onKey}>
    ${tabs.map(
      ([key, text]) => html`<button
        type="button"
        role="tab"
        id="tab-${key}"
        data-tab=${key}
        aria-selected=${key === selected}
        aria-controls="panel"
        tabindex=${key === selected ? 0 : -1}
        @click=${({ currentTarget }: Event) => {
          select(key);
          (currentTarget as HTMLElement).scrollIntoView({ block: "nearest", inline: "nearest" });
        }}
      >
        ${text}
      </button>`,
    )}
  </div>`;
}

function targetOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowLeft":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

export const tabStyles = css`
  .tabs {
    display: flex;
    gap: var(--_1);
    overflow-x: auto;
    border-bottom: 1px solid var(--_border);
  }
  .tabs [role="tab"] {
    flex: none;
    border: 0;
    border-bottom: 3px solid transparent;
    border-radius: 0;
    background: none;
    color: var(--_muted);
  }
  .tabs [role="tab"]:focus-visible {
    outline-offset: -2px;
  }
  .tabs [aria-selected="true"] {
    border-bottom-color: var(--_accent);
    color: var(--_text);
    font-weight: 600;
  }
`;
