import type { ITheme } from "@xterm/xterm";

/** Calls back when the page's colours may have changed. Returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["class", "style", "data-theme"] });
  dark.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", listener);
  };
}

/** The colours of a terminal, from the page's custom properties. */
export function readTheme(element: HTMLElement): ITheme {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--tp-${name}`).trim() || undefined;
  const text = color("text");
  const accent = color("accent");
  return withoutAbsent({
    background: color("surface"),
    foreground: text,
    cursor: accent,
    cursorAccent: color("surface"),
    selectionBackground: accent && `${accent}55`,
    red: color("danger"),
    brightRed: color("danger"),
    green: color("ok"),
    brightGreen: color("ok"),
    yellow: color("warn"),
    brightYellow: color("warn"),
    blue: accent,
    brightBlue: accent,
    cyan: accent,
    brightCyan: accent,
    white: text,
    brightWhite: text,
    black: text,
    brightBlack: color("muted"),
  });
}

function withoutAbsent(theme: Record<string, string | undefined>): ITheme {
  return Object.fromEntries(Object.entries(theme).filter(([, value]) => value)) as ITheme;
}
