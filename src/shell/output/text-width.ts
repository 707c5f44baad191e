import { isPlain } from "./printable.ts";

// Scripts and symbols that terminals show two columns wide.
const WIDE =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\u2e80-\u303e\u31c0-\u31ff\u3200-\ua4cf\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;
const HALF_WIDTH = /^[\uff61-\uffdc]/u;
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;

let segmenter: Intl.Segmenter | undefined;

/** How many columns of a terminal a text takes that holds no control characters. */
export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** A text that takes at most so many columns; what is cut off ends in `…`. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 0;
  let kept = "";
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns - 1) break;
    kept += grapheme;
  }
  return columns > 0 ? `${kept}…` : "";
}

/** A text with spaces up to a width. */
export function padText(text: string, columns: number, align: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, columns - textWidth(text)));
  return align === "right" ? spaces + text : text + spaces;
}

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (WITHOUT_WIDTH.test(grapheme)) return 0;
  if (HALF_WIDTH.test(grapheme)) return 1;
  return WIDE.test(grapheme) || grapheme.includes("\ufe0f") ? 2 : 1;
}
