import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Serves the library's workers as one script each. Tests start thousands of them, and each would ask for its
 * modules one by one.
 */
export function bundledWorkers() {
  const bundles = new Map();
  const assets = new Map();

  const bundle = async (input) => {
    const { output } = await build(settings(input));
    for (const { type, fileName, source } of output)
      if (type === "asset") assets.set(`/${fileName}`, source);
    return output.find(({ isEntry }) => isEntry).code;
  };

  return async (context, next) => {
    const [, name] = context.path.match(/^\/src\/worker\/(storage|parquet)\.worker\.[jt]s$/) ?? [];
    if (name) {
      if (!bundles.has(name)) bundles.set(name, bundle(`${root}src/worker/${name}.worker.ts`));
      context.type = "js";
      context.body = await bundles.get(name);
    } else if (assets.has(context.path)) {
      context.type = "wasm";
      context.body = Buffer.from(assets.get(context.path));
    } else await next();
  };
}

function settings(input) {
  return {
    configFile: false,
    root,
    publicDir: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  };
}
