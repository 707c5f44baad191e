import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "vite";

/**
 * What a built file imports statically, and what those files import, and so on.
 * @returns `files`: paths, the first is the file itself; `packages`: names of packages
 */
export function staticGraph(file, graph = { files: new Set(), packages: new Set() }) {
  if (graph.files.has(file)) return graph;
  graph.files.add(file);
  for (const specifier of staticImports(file)) {
    if (specifier.startsWith(".")) staticGraph(join(dirname(file), specifier), graph);
    else graph.packages.add(packageName(specifier));
  }
  return graph;
}

/** Whether a built file contains `import()`. */
export function importsDynamically(file) {
  return parse(file).dynamicImports.length > 0;
}

/** The names that a built file exports. */
export function exportedNames(file) {
  return parse(file)
    .staticExports.flatMap(({ entries }) => entries)
    .map(({ exportName }) => exportName.name);
}

function staticImports(file) {
  const { staticImports, staticExports } = parse(file);
  return [...staticImports, ...staticExports.flatMap(({ entries }) => entries)].flatMap(
    ({ moduleRequest }) => moduleRequest?.value ?? [],
  );
}

function parse(file) {
  return parseSync(file, readFileSync(file, "utf8")).module;
}

function packageName(specifier) {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
