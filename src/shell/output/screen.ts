/** What a command's text is laid out for. */
export interface Screen {
  /** Its width; absent: as wide as the text is. */
  readonly columns?: number | undefined;
  /** Whether it understands ANSI colours. */
  readonly color: boolean;
}

/** How a piece of text stands out. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";

const CODES: Record<Style, string> = {
  bold: "1",
  dim: "90", // the grey that a theme has made readable, where "faint" halves the contrast
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  cyan: "36",
};

/** A text in a style, where the screen has colours. */
export function styled(screen: Screen, text: string, style: Style | undefined): string {
  return screen.color && style && text !== "" ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
}
