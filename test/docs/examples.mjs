// The examples of the docs, taken out as programs: the `ts` blocks of a section follow each other in one.
// A line of a program is the same line of the page, so that whatever complains names the right one.

const FENCE = "```";
/** `<!-- quota: 20 MB -->` in a section: what the browser grants the program. */
const QUOTA = /<!-- quota: (\d+) MB -->/;
/** `console.log(x); // => y` says that `x` comes out as `y`. */
const RESULT = /^(\s*)console\.log\((.*)\); \/\/ => (.*)$/;

/**
 * @param text the page
 * @param isMarked whether only sections that say `<!-- runs -->` are examples
 * @returns of each section with code: `name`, `heading`, `program` in TypeScript, `quotaBytes` if it is told
 */
export function examplesOf(page, text, { isMarked = false } = {}) {
  const lines = text.split("\n");
  const starts = lines.flatMap((_line, index) => (isHeading(lines, index) ? [index] : []));
  return starts
    .map((start, index) => toExample(page, lines, start, starts[index + 1] ?? lines.length))
    .filter(({ isCode, says }) => isCode && (!isMarked || says.includes("<!-- runs -->")))
    .map(({ name, heading, program, says }) => {
      const [, megabytes] = QUOTA.exec(says) ?? [];
      return { name, heading, program, ...(megabytes && { quotaBytes: megabytes * 1e6 }) };
    });
}

function toExample(page, lines, start, end) {
  let isCode = false;
  let hasCode = false;
  const program = lines.map((line, index) => {
    if (index === start) return 'import { check } from "./check.ts";';
    if (index < start || index >= end) return "";
    if (line.startsWith(FENCE)) {
      isCode = line === `${FENCE}ts`;
      return "";
    }
    if (!isCode) return "";
    hasCode = true;
    return line.replace(RESULT, (_, indent, actual, expected) => {
      return `${indent}check(${actual}, ${expected}, ${JSON.stringify(`${page}:${index + 1}`)});`;
    });
  });
  const heading = lines[start].replace(/^#+ /, "");
  return {
    name: `${page.replace(/\W+/g, "-")}-${start + 1}`,
    heading,
    isCode: hasCode,
    says: lines.slice(start, end).join("\n"),
    program: program.join("\n"),
  };
}

/** A line of a shell script may begin with `#` as well. */
function isHeading(lines, index) {
  if (!/^#{1,4} /.test(lines[index])) return false;
  return lines.slice(0, index).filter((line) => line.startsWith(FENCE)).length % 2 === 0;
}
