/** What a comment of an example says that a value is. @throws Error that names the line of the page */
export function check(actual: unknown, expected: unknown, where: string): void {
  if (show(actual) === show(expected)) return;
  throw new Error(`${where}: the page says ${show(expected)}, and it is ${show(actual)}`);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part)) ?? "";
}
