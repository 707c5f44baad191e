import type { IUnicodeVersionProvider, Terminal } from "@xterm/xterm";
import { textWidth } from "tinypond/shell";

/** Makes a terminal give characters the width that the shell's tables count with. */
export function useShellWidths(terminal: Terminal): void {
  const widths = new Map<number, 0 | 1 | 2>();
  const provider: IUnicodeVersionProvider = {
    version: "tinypond",
    wcwidth(codepoint) {
      if (codepoint < 0x7f) return 1;
      let width = widths.get(codepoint);
      if (width === undefined) {
        width = textWidth(String.fromCodePoint(codepoint)) as 0 | 1 | 2;
        widths.set(codepoint, width);
      }
      return width;
    },
    // As the terminal's own: what has no width joins the character before, and takes its width.
    charProperties(codepoint, preceding) {
      const own = provider.wcwidth(codepoint);
      const before = (preceding >> 1) & 3;
      const joins = own === 0 && preceding !== 0 && before !== 0;
      return ((joins ? Math.max(own, before) : own) << 1) | (joins ? 1 : 0);
    },
  };
  terminal.unicode.register(provider);
  terminal.unicode.activeVersion = provider.version;
}
