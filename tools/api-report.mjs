// docs/api.md: every public name with its signature, by entry point, as users' compilers see it. So a
// change of the public surface is a change of a file, and is seen by whoever looks at the commit.
// `npm run check:api` compares it with the sources, `npm run docs:api` writes it. Both refuse a public
// signature that names a type which no entry point exports.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { exportedNames } from "./module-graph.mjs";
import { runCommand } from "./run-command.mjs";

const REPORT = "docs/api.md";
const SCRATCH = ".artifacts";
const ENTRIES = [
  { name: "tinypond", file: "index" },
  { name: "tinypond/tinyfs", file: "tinyfs/index" },
  { name: "tinypond/arrow", file: "arrow/index" },
  { name: "tinypond/interop", file: "interop/index" },
  { name: "tinypond/shell", file: "shell/index" },
];
const INTRODUCTION = `# Public API

Every public name with its signature, as \`npm run docs:api\` writes it from the declarations that users get. \`npm run check:api\`
fails where it differs from the sources, so that no change of the public surface goes unseen. What the names do is in the
reference (\`npm run docs\`). The standalone modules have the types of \`tinypond\` and \`tinypond/shell\`.
`;

const { values: options } = parseArgs({ options: { write: { type: "boolean", default: false } } });

mkdirSync(SCRATCH, { recursive: true });
const scratch = mkdtempSync(join(SCRATCH, "api-"));
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true });
}

async function run() {
  if (!(await compile())) return false;
  const surfaces = ENTRIES.map(extract);
  const leaks = findLeaks(surfaces);
  for (const leak of leaks) console.error(leak);
  const report = describeAll(surfaces);
  const isSame = options.write || (await compare(report));
  if (options.write) {
    mkdirSync(dirname(REPORT), { recursive: true });
    writeFileSync(REPORT, report);
  }
  return leaks.length === 0 && isSame;
}

/** From the sources, by the settings of the build: `dist` may be older. */
async function compile() {
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", "tsconfig.build.json", "--skipLibCheck", "--outDir", scratch];
  const { code, output } = await runCommand(process.execPath, args);
  if (code !== 0) console.error(output);
  return code === 0;
}

/** What api-extractor says of one entry: its declarations, and the names that it lacks. */
function extract({ name, file }) {
  const forgotten = [];
  const config = configOf(file);
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId === "ae-forgotten-export") forgotten.push(message.text);
      else if (message.logLevel === ExtractorLogLevel.Error) throw new Error(message.text);
    },
  });
  return {
    name,
    values: exportedNames(join(scratch, `${file}.js`)).sort(),
    lacks: forgotten.map((text) => text.match(/symbol "([^"]+)"/)[1]).sort(),
    ...parseReport(readFileSync(config.reportTempFilePath, "utf8")),
  };
}

function configOf(file) {
  const types = join(scratch, `${file}.d.ts`);
  const quiet = { logLevel: ExtractorLogLevel.None };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve("package.json"),
    configObject: {
      projectFolder: resolve("."),
      mainEntryPointFilePath: resolve(types),
      newlineKind: "lf",
      compiler: { overrideTsconfig: { ...compilerOptions(), files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: "report",
        reportFolder: resolve(scratch),
        reportTempFolder: resolve(scratch, "reports"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // typedoc is the one who judges comments
        tsdocMessageReporting: { default: quiet },
        extractorMessageReporting: {
          default: quiet,
          "ae-forgotten-export": { logLevel: ExtractorLogLevel.Warning },
        },
      },
    },
  });
}

function compilerOptions() {
  const { compilerOptions } = JSON.parse(readFileSync("tsconfig.json", "utf8"));
  const { target, module, moduleResolution, lib, types, strict } = compilerOptions;
  return {
    compilerOptions: { target, module, moduleResolution, lib, types, strict, skipLibCheck: true },
  };
}

/** The blocks of code in a report of api-extractor: imports, then one for each name. */
function parseReport(report) {
  const [, code] = report.match(/```ts\n([\s\S]*?)\n```/);
  const blocks = code
    .replace(/^[ \t]*\/\/ @public.*\n/gm, "")
    .split(/\n\n(?=\S)/)
    .map((block) => block.trim());
  return {
    imports: blocks.filter((block) => block.startsWith("import ")),
    declarations: blocks.filter((block) => block.startsWith("export ")),
  };
}

/** Names that a signature mentions and that nobody can import. */
function findLeaks(surfaces) {
  const known = new Set(surfaces.flatMap(({ declarations }) => declarations.map(nameOf)));
  return surfaces.flatMap(({ name, lacks }) =>
    lacks
      .filter((lack) => !known.has(lack))
      .map(
        (lack) =>
          `${name}: a public signature mentions "${lack}", which no entry point exports. Export it from an index.ts, or mark what mentions it @internal`,
      ),
  );
}

function nameOf(declaration) {
  const [, name] = declaration.match(
    /^export (?:declare )?(?:abstract )?(?:class|interface|type|const|function|enum|namespace) ([\w$]+)/,
  );
  return name;
}

/** A declaration stands under the first entry that has it; the others name it. */
function describeAll(surfaces) {
  const seen = new Map();
  const sections = surfaces.map(({ name, values, imports, declarations }) => {
    const own = declarations.filter((declaration) => !seen.has(declaration));
    const shared = surfaces
      .map((other) => [other.name, declarations.filter((one) => seen.get(one) === other.name)])
      .filter(([, same]) => same.length > 0);
    for (const declaration of own) seen.set(declaration, name);
    return [
      `\n## \`${name}\`\n`,
      `Values: ${listNames(values)}. All other names are types.\n`,
      ...shared.map(([from, same]) => `As in \`${from}\`: ${listNames(same.map(nameOf))}.\n`),
      ["```ts", ...imports, ...own.map((declaration) => `\n${declaration}`), "```\n"].join("\n"),
    ].join("\n");
  });
  return INTRODUCTION + sections.join("");
}

function listNames(names) {
  return names.map((name) => `\`${name}\``).join(", ");
}

async function compare(report) {
  const found = join(scratch, "api.md");
  writeFileSync(found, report);
  const args = ["diff", "--no-index", "--no-color", "--unified=1", "--", REPORT, found];
  const { code, output } = await runCommand("git", args);
  if (code === 0) return true;
  console.error(
    `${output}\n${REPORT} is not what the sources say: look at each change, then npm run docs:api`,
  );
  return false;
}
