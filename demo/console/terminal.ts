import type { Terminal } from "@xterm/xterm";
import type { Pond } from "tinypond";
import { ConsoleSession } from "./console-session.ts";
import { onThemeChange, readTheme } from "./terminal-theme.ts";
import { useShellWidths } from "./terminal-widths.ts";

/** A console that stands in the page. */
export interface MountedConsole {
  /** Puts the cursor into it. */
  focus(): void;
  /** Ends what runs, and takes it out of the page. */
  dispose(): void;
}

/** Loads the terminal and puts a console over a pond into an element, which says how large it is. */
export async function mountConsole(element: HTMLElement, pond: Pond): Promise<MountedConsole> {
  const [{ Terminal }, { FitAddon }] = await Promise.all([
    import("@xterm/xterm"),
    import("@xterm/addon-fit"),
    import("@xterm/xterm/css/xterm.css"),
  ]);
  const terminal = new Terminal({
    allowProposedApi: true, // for the widths of characters
    cursorBlink: true,
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 13,
    lineHeight: 1.2,
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
    scrollback: 5000,
    theme: readTheme(element),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  useShellWidths(terminal);
  terminal.open(element);
  if (terminal.element) terminal.element.style.padding = "8px";
  fit.fit();

  const session = new ConsoleSession(terminal, pond);
  terminal.onData((data) => session.input(data));
  terminal.onResize(() => session.resized());
  terminal.attachCustomKeyEventHandler((event) => isForTerminal(event, terminal));
  const size = new ResizeObserver(() => {
    if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit();
  });
  size.observe(element);
  const stopTheme = onThemeChange(() => {
    terminal.options.theme = readTheme(element);
  });
  session.start();
  return {
    focus: () => terminal.focus(),
    dispose: () => {
      session.end();
      size.disconnect();
      stopTheme();
      terminal.dispose();
    },
  };
}

/** Keys that are the page's: leaving by Tab, copying what is selected, and pasting. */
function isForTerminal(event: KeyboardEvent, terminal: Terminal): boolean {
  if (event.key === "Tab") return !event.shiftKey;
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (isCommand && key === "c")
    return !event.shiftKey && !event.metaKey && !terminal.hasSelection();
  return !(isCommand && key === "v");
}
