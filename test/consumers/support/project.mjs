import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runCommand } from "../../../tools/run-command.mjs";

/** Where the shared app and the manifests are. */
export const FIXTURES = resolve("test/consumers/fixtures");
const APP = ["app.js", "main.js", "index.html"];

/**
 * A project that uses the package, in a folder of its own: the shared app with the fixture's manifest and
 * configuration, installed from the packed tarball.
 */
export function fixtureProject(name) {
  return installedProject((folder) => {
    for (const file of APP) cpSync(join(FIXTURES, file), join(folder, file));
    cpSync(join(FIXTURES, name), folder, { recursive: true });
  });
}

/** A starter of `examples/`, as somebody has it who copied its folder. */
export function exampleProject(name) {
  const isSource = (path) => !/[\\/](node_modules|dist)$/.test(path);
  return installedProject((folder) =>
    cpSync(resolve("examples", name), folder, { recursive: true, filter: isSource }),
  );
}

/** An empty folder. */
export function emptyProject() {
  return new Project(mkdtempSync(join(tmpdir(), "tinypond-consumer-")));
}

async function installedProject(fill) {
  const project = emptyProject();
  try {
    fill(project.folder);
    dependOnTarball(project.path("package.json"), await packedPackage());
    await project.run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"]);
    return project;
  } catch (error) {
    project.remove();
    throw error;
  }
}

class Project {
  constructor(folder) {
    this.folder = folder;
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  /** Runs a command in the folder. @throws with its output, where it fails */
  async run(command, args) {
    const { code, output } = await runCommand(command, args, { cwd: this.folder });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed (${code}):\n${output}`);
    return output;
  }

  /** Runs a tool that is installed in the folder, by its script. */
  runScript(script, ...args) {
    return this.run(process.execPath, [this.path("node_modules", script), ...args]);
  }

  /** A module that is installed in the folder. */
  import(path) {
    return import(pathToFileURL(this.path("node_modules", path)));
  }

  remove() {
    // A build tool may still be writing to its cache.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function dependOnTarball(path, tarball) {
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.dependencies.tinypond = `file:${tarball}`;
  writeFileSync(path, JSON.stringify(manifest));
}

let packing;

/** The path of the tarball: TINYPOND_TARBALL, or what `npm pack` makes of the build, once a process. */
function packedPackage() {
  packing ??= Promise.resolve(process.env.TINYPOND_TARBALL ?? pack());
  return packing;
}

async function pack() {
  const folder = mkdtempSync(join(tmpdir(), "tinypond-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const args = ["pack", "--json", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const { code, output } = await runCommand("npm", args);
  if (code !== 0) throw new Error(`npm pack failed (${code}):\n${output}`);
  return join(folder, JSON.parse(output.slice(output.indexOf("[")))[0].filename);
}

/** The package as npm packs it, unpacked into a folder: what a CDN serves. */
export async function unpackedPackage() {
  const project = emptyProject();
  await project.run("tar", ["xzf", await packedPackage(), "--strip-components=1"]);
  return project;
}
