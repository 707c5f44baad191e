import { COMMON_FLAGS } from "../../src/shell/command-description.ts";
import type { CommandDescription, FlagDescription } from "../../src/shell/index.ts";
import { descriptions } from "../../src/shell/index.ts";
import { flagName, flagSummary, usageLine, wordUsage } from "../../src/shell/usage-text.ts";

/** What of docs/console.md is made from the commands' descriptions. */
export function commandsPage(): string {
  const overview = descriptions.map(
    ({ name, summary }) => `| [\`${name}\`](#${name}) | ${inTable(summary)} |\n`,
  );
  const everywhere = `Every command takes ${COMMON_FLAGS.map((flag) => `\`${flagNames(flag)}\` (${lowerFirst(flag.summary)})`).join(" and ")}\n`;
  return [
    `| command | what it does |\n| --- | --- |\n${overview.join("")}`,
    everywhere.replaceAll(".)", ")").replace(/\n$/, ".\n"),
    ...descriptions.map(commandSection),
  ].join("\n");
}

function commandSection(command: CommandDescription): string {
  const { name, summary, details, aliases, flags, examples, arguments: words } = command;
  const rows = [
    ...words.map((word) => [wordUsage(word), word.summary]),
    ...flags.map((flag) => [flagNames(flag), flagSummary(flag)]),
  ];
  const table = rows.map(([what, text]) => `| \`${what}\` | ${inTable(text ?? "")} |\n`).join("");
  const width = Math.max(...examples.map(({ line }) => line.length));
  const lines = examples.map(({ line, summary: what }) => `${line.padEnd(width)}  # ${what}\n`);
  return [
    `### ${name}\n`,
    `\`${usageLine(command)}\`\n`,
    `${summary}${details === undefined ? "" : ` ${details}`}${aliases ? ` Also called ${aliases.map((one) => `\`${one}\``).join(", ")}.` : ""}\n`,
    ...(table === "" ? [] : [`| | |\n| --- | --- |\n${table}`]),
    ...(lines.length === 0 ? [] : [`\`\`\`text\n${lines.join("")}\`\`\`\n`]),
    `JSON: ${command.json}\n`,
  ].join("\n");
}

function flagNames(flag: FlagDescription): string {
  return flag.short === undefined ? flagName(flag) : `-${flag.short}, ${flagName(flag)}`;
}

function inTable(text: string): string {
  return text.replaceAll("|", "\\|");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
