import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { COMMON_FLAGS, type CommandDescription } from "../command-description.ts";
import { misuse } from "../misuse.ts";
import { type Screen, styled } from "../output/screen.ts";
import { padText } from "../output/text-width.ts";
import { closest } from "../suggest.ts";
import { flagName, flagSummary, usageLine, wordUsage } from "../usage-text.ts";

/** Lists the commands, or tells how one is used. */
export const help: Command = {
  name: "help",
  summary: "List the commands, or tell how one is used.",
  arguments: [{ name: "COMMAND", kind: "command", optional: true, summary: "Its name." }],
  flags: [],
  examples: [{ line: "help copy", summary: "How `copy` is used." }],
  json: "A list of the commands' descriptions, or one of them.",
  async run(call: Call): Promise<Output> {
    const { commands } = call.session;
    const name = call.words[0]?.text;
    if (name === undefined) {
      return { data: commands.map(describeCommand), text: (screen) => overview(screen, commands) };
    }
    const found = commands.find((one) => one.name === name || one.aliases?.includes(name));
    if (found) return helpOn(found);
    const suggestion = closest(
      name,
      commands.map((one) => one.name),
    );
    throw misuse(call.command, `there is no command "${name}"`, suggestion);
  },
};

/** How a command is used. */
export function helpOn(command: CommandDescription): Output {
  return { data: describeCommand(command), text: (screen) => helpText(screen, command) };
}

/** A command without what it does: what its help is made from. */
export function describeCommand({
  name,
  aliases,
  summary,
  details,
  arguments: words,
  flags,
  examples,
  json,
}: CommandDescription): CommandDescription {
  return {
    name,
    ...(aliases && { aliases }),
    summary,
    ...(details !== undefined && { details }),
    arguments: words,
    flags,
    examples,
    json,
  };
}

function overview(screen: Screen, commands: readonly CommandDescription[]): string {
  const lines = pairs(
    screen,
    commands.map(({ name, summary }) => [name, summary]),
  );
  return `${lines}\n\n"help COMMAND" tells more. Quote with '…', "…" or \\; wildcards are * ? [ ] { } and **.`;
}

function helpText(screen: Screen, command: CommandDescription): string {
  const { summary, details, aliases, arguments: words, flags, examples } = command;
  const title = (text: string) => styled(screen, text, "bold");
  const parts = [
    `${styled(screen, usageLine(command), "bold")}\n\n${plain(summary)}`,
    details && plain(details),
    aliases && `${title("Also called")} ${aliases.join(", ")}`,
    words.length > 0 &&
      `${title("Words")}\n${pairs(
        screen,
        words.map((word) => [wordUsage(word), word.summary]),
      )}`,
    `${title("Flags")}\n${pairs(
      screen,
      [...flags, ...COMMON_FLAGS].map((flag) => [
        `${flag.short ? `-${flag.short}, ` : "    "}${flagName(flag)}`,
        flagSummary(flag),
      ]),
    )}`,
    examples.length > 0 &&
      `${title("Examples")}\n${examples
        .map(({ line, summary: what }) => `  ${line}\n      ${styled(screen, plain(what), "dim")}`)
        .join("\n")}`,
    `${title("JSON")}\n  ${plain(command.json)}`,
  ];
  return parts.filter((part) => part).join("\n\n");
}

function pairs(screen: Screen, lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  const room = Math.max(20, (screen.columns ?? Number.POSITIVE_INFINITY) - width - 4);
  return lines
    .map(([name, text]) => {
      const [first = "", ...more] = wrapped(plain(text), room);
      const rest = more.map((line) => `\n${" ".repeat(width + 4)}${line}`).join("");
      return `  ${styled(screen, padText(name, width, "left"), "cyan")}  ${first}${rest}`;
    })
    .join("\n");
}

/** Lines of whole words. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Without the marks of the page that is made from it. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
