import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const inRepo = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The page is bundled for the sake of Plot; the library is not: its standalone files are served as they are. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: inRepo("dist/standalone"),
  cacheDir: inRepo(".artifacts/notebook-cache"),
  build: {
    outDir: inRepo(".artifacts/notebook"),
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 2000,
  },
});
