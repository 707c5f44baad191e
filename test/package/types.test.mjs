import { match, notStrictEqual, strictEqual } from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand } from "../../tools/run-command.mjs";

const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));

const NEWEST = devDependencies.typescript;

const STRICT = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: "es2022",
  types: [],
};

/** Each resolution, each library that a user may have, and each compiler: not every one with every other. */
const PROJECTS = [
  { compiler: NEWEST, resolution: "nodenext", lib: ["es2022", "dom"] },
  { compiler: NEWEST, resolution: "node16", lib: ["es2022", "webworker"] },
  { compiler: NEWEST, resolution: "bundler", lib: ["esnext", "dom"], isExact: true },
  { compiler: "5.7.3", resolution: "nodenext", lib: ["es2022", "dom"] }, // the oldest that is supported
  { compiler: "5.9.3", resolution: "bundler", lib: ["es2022", "dom"] },
  { compiler: "7.0.2", resolution: "bundler", lib: ["es2022", "dom"] },
];

describe("the types of the packed package", () => {
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tinypond-types-"));
    await install(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const project of PROJECTS) {
    it(`compile with TypeScript ${project.compiler}, ${project.resolution} and ${project.lib}`, async () => {
      const { code, output } = await compile(project);

      strictEqual(code, 0, output.slice(0, 2000));
    });
  }

  it("are looked at: a wrong use is an error", async () => {
    const wrong =
      'import { openPond } from "tinypond";\nexport const pond: number = openPond("a");\n';
    writeFileSync(join(folder, "wrong.ts"), wrong);
    try {
      const { code, output } = await compile(PROJECTS[0]);

      notStrictEqual(code, 0);
      match(output, /^wrong\.ts.*TS2322/);
    } finally {
      rmSync(join(folder, "wrong.ts"));
    }
  });

  function compile({ compiler, resolution, lib, isExact = false }) {
    const compilerOptions = {
      ...STRICT,
      lib,
      module: resolution === "bundler" ? "esnext" : resolution,
      moduleResolution: resolution,
      exactOptionalPropertyTypes: isExact,
      noUncheckedIndexedAccess: isExact,
    };
    const config = { compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(folder, "node_modules", aliasOf(compiler), "bin/tsc");
    return runCommand(process.execPath, [tsc, "-p", "."], { cwd: folder });
  }
});

/** A project of its own with the packed package, the peer, and the compilers side by side. */
async function install(folder) {
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  cpSync("test/types", folder, { recursive: true });
  const packed = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("[")));
  const peers = ["apache-arrow", "expect-type"].map((name) => `${name}@${devDependencies[name]}`);
  const versions = new Set(PROJECTS.map(({ compiler }) => compiler));
  const compilers = Array.from(
    versions,
    (version) => `${aliasOf(version)}@npm:typescript@${version}`,
  );
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  const all = ["install", ...options, `./${filename}`, ...peers, ...compilers];
  await npm(all, { cwd: resolve(folder) });
}

async function npm(args, options) {
  const { code, output } = await runCommand("npm", ["--silent", ...args], options);
  strictEqual(code, 0, output);
  return output;
}

function aliasOf(compiler) {
  return `typescript-${compiler}`;
}
