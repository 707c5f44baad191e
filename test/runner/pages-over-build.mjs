import { fileURLToPath } from "node:url";

const usualDist = fileURLToPath(new URL("../../dist", import.meta.url));

/**
 * Vite's configuration of pages that import the package by its name, over a build of it.
 * @param root - folder of the pages
 * @param dist - the build, if not `dist/`
 * @param build - what `build` and its `rolldownOptions` have besides
 */
export function pagesOverBuild({ root, dist = usualDist, build: { input, output, ...build } }) {
  return {
    configFile: false,
    root,
    base: "./",
    publicDir: false,
    logLevel: "error",
    resolve: {
      alias: [
        { find: /^tinypond$/, replacement: `${dist}/index.js` },
        { find: /^tinypond\/([a-z]+)$/, replacement: `${dist}/$1/index.js` },
      ],
    },
    worker: { format: "es" },
    build: {
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      ...build,
      rolldownOptions: { input, output },
    },
  };
}
