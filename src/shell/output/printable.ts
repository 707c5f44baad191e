// What a terminal obeys instead of showing it: control characters, marks that turn the direction of
// text around, line separators, and halves of surrogate pairs.
const OBEYED = /[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text that a terminal shows in one line and obeys in nothing: `\n`, `\x1b`, `\u{202e}`. */
export function printable(text: string): string {
  return isPlain(text) ? text : text.replace(OBEYED, escapeOf);
}

/** The same of a text of many lines: line ends and tabs stay. */
export function printableLines(text: string): string {
  const lines = text.replaceAll("\r\n", "\n");
  return lines.replace(OBEYED, (char) => (char === "\n" || char === "\t" ? char : escapeOf(char)));
}

/** Whether it is of ASCII characters that are shown, each in one column. */
export function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

function escapeOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return SHORT[char] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`);
}
