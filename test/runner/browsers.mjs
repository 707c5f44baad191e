// Finds browsers to test in. Nothing is downloaded at install time; where a Linux machine has no
// Chromium at all, one pinned npm package is fetched on demand.
import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const HEADLESS_PACKAGE = "@sparticuz/chromium@153.0.0";
const BROWSERS_FOLDER = fileURLToPath(new URL("../../.browsers", import.meta.url));

const CHROMIUM_VARIABLES = ["CHROME_PATH", "CHROME_BIN", "PUPPETEER_EXECUTABLE_PATH"];

const CHROMIUM_COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "microsoft-edge-stable",
  "microsoft-edge",
  "brave-browser",
];

const MAC_CHROMIUMS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const WINDOWS_CHROMIUMS = [
  "Google/Chrome/Application/chrome.exe",
  "Microsoft/Edge/Application/msedge.exe",
];

const PLAYWRIGHT_CHROMIUMS = [
  "chrome-linux64/chrome",
  "chrome-linux/chrome",
  "chrome-win64/chrome.exe",
  "chrome-win/chrome.exe",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
];

const FIREFOX_PLACES = [
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  "C:/Program Files/Mozilla Firefox/firefox.exe",
];

/**
 * An installed Chrome, Chromium or Edge, else the pinned headless Chromium from npm (Linux x64).
 * `from` says where it was found; `headless`, `env` and `noSandbox` are what it must be started with.
 */
export async function findChromium() {
  const installed = fromVariable() ?? fromPath() ?? fromWellKnownPlace() ?? fromPlaywrightCache();
  if (installed) return installed;
  if (process.platform === "linux" && process.arch === "x64") return headlessChromium();
  throw new Error(
    "No Chrome, Chromium or Edge found: install one, or run `npx playwright install chromium`, or set CHROME_PATH",
  );
}

/** How puppeteer starts that Chromium. @param args more of the command line */
export async function chromiumOptions(args = []) {
  const {
    path: executablePath,
    headless = true,
    env = process.env,
    noSandbox,
  } = await findChromium();
  const isRoot = process.getuid?.() === 0;
  const needed = ["--disable-background-networking"];
  if (noSandbox || isRoot) needed.push("--no-sandbox");
  return { executablePath, headless, env, args: [...needed, ...args] };
}

/** An installed Firefox, or `undefined`. FIREFOX_PATH goes first. */
export function findFirefox() {
  return (
    process.env.FIREFOX_PATH ??
    findOnPath(["firefox", "firefox-esr"]) ??
    FIREFOX_PLACES.find(isExecutable)
  );
}

function fromVariable() {
  const name = CHROMIUM_VARIABLES.find((variable) => process.env[variable]);
  return name && { path: process.env[name], from: name };
}

function fromPath() {
  const path = findOnPath(CHROMIUM_COMMANDS);
  return path && { path, from: "PATH" };
}

function fromWellKnownPlace() {
  const { PROGRAMFILES, "PROGRAMFILES(X86)": PROGRAMFILES_X86, LOCALAPPDATA } = process.env;
  const programFolders = [PROGRAMFILES, PROGRAMFILES_X86, LOCALAPPDATA].filter(Boolean);
  const onWindows = programFolders.flatMap((folder) =>
    WINDOWS_CHROMIUMS.map((name) => join(folder, name)),
  );
  const path = [...MAC_CHROMIUMS, ...onWindows].find(isExecutable);
  return path && { path, from: "a well-known place" };
}

function fromPlaywrightCache() {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? playwrightCache();
  if (!existsSync(cache)) return undefined;

  const newestFirst = readdirSync(cache)
    .filter((name) => name.startsWith("chromium-"))
    .sort()
    .reverse();
  const path = newestFirst
    .flatMap((build) => PLAYWRIGHT_CHROMIUMS.map((name) => join(cache, build, name)))
    .find(isExecutable);
  return path && { path, from: "Playwright's cache" };
}

function playwrightCache() {
  if (process.platform === "darwin") return join(homedir(), "Library/Caches/ms-playwright");
  if (process.platform === "win32") return join(process.env.LOCALAPPDATA ?? "", "ms-playwright");
  return join(homedir(), ".cache/ms-playwright");
}

function headlessChromium() {
  const folder = join(BROWSERS_FOLDER, HEADLESS_PACKAGE.replace(/[@/]/g, "_"));
  const path = join(folder, "chromium");
  if (!isExecutable(path)) fetchHeadlessChromium(folder);
  return {
    path,
    from: HEADLESS_PACKAGE,
    headless: "shell",
    noSandbox: true,
    env: {
      ...process.env,
      // Behind the system's: its own nss, nspr and expat serve only where the system lacks them.
      LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, join(folder, "lib")].filter(Boolean).join(":"),
      FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? join(folder, "fonts"),
    },
  };
}

/** Builds the folder beside its final place and renames it: an interrupted download leaves nothing. */
function fetchHeadlessChromium(folder) {
  console.error(`No Chromium found: fetching ${HEADLESS_PACKAGE} from npm (about 66 MB, once) ...`);
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  installPackage(building);
  unpackBrowser(building);
  rmSync(join(building, "node_modules"), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
}

function installPackage(folder) {
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  execFileSync(
    "npm",
    ["install", "--prefix", folder, "--ignore-scripts", ...quiet, HEADLESS_PACKAGE],
    { stdio: ["ignore", 2, 2] },
  );
}

function unpackBrowser(folder) {
  const packed = join(folder, "node_modules/@sparticuz/chromium/bin");
  const decompress = (name) => brotliDecompressSync(readFileSync(join(packed, `${name}.br`)));

  writeFileSync(join(folder, "chromium"), decompress("chromium"), { mode: 0o755 });
  for (const archive of ["al2023.tar", "swiftshader.tar", "fonts.tar"]) {
    writeFileSync(join(folder, archive), decompress(archive));
    execFileSync("tar", ["xf", archive], { cwd: folder });
    rmSync(join(folder, archive));
  }
}

function findOnPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // the question asked: a missing file and a forbidden one are both "no"
  }
}
