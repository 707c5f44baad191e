import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a MiniBrowser leaves switched off and Safari has. Without them it is a browser without OPFS. */
const STORAGE_FEATURES = [
  "StorageAPI",
  "StorageAPIEstimate",
  "FileSystem",
  "AccessHandle",
  "FileSystemWritableStream",
];

const LIBRARY_FOLDERS = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/libexec",
  "/usr/lib",
];

const WEBKIT_FOLDERS = ["webkit2gtk-4.1", "webkitgtk-6.0"];

/** Where WebKitGTK's MiniBrowser is, or `undefined`. MINIBROWSER_PATH goes first. */
export function findMiniBrowser() {
  if (process.env.MINIBROWSER_PATH) return process.env.MINIBROWSER_PATH;
  return LIBRARY_FOLDERS.flatMap((library) =>
    WEBKIT_FOLDERS.map((webkit) => join(library, webkit, "MiniBrowser")),
  ).find(existsSync);
}

/**
 * A launcher that opens each test file in a MiniBrowser process of its own, with a throw-away
 * profile on disk. Automation mode will not do: its profile is in memory, and OPFS rejects there.
 */
export function miniBrowserLauncher(options = {}) {
  return new MiniBrowserLauncher(options);
}

class MiniBrowserLauncher {
  name = "WebKitGTK";
  type = "minibrowser";
  concurrency;
  #executablePath;
  #features;
  #sessions = new Map();
  #display;

  constructor({ executablePath, features = STORAGE_FEATURES, concurrency = 1 }) {
    this.#executablePath = executablePath ?? findMiniBrowser();
    this.#features = features;
    this.concurrency = concurrency;
  }

  async initialize() {
    if (!this.#executablePath) throw new Error("Cannot start WebKitGTK: no MiniBrowser found");
  }

  async startSession(id, url) {
    const display = await this.#findDisplay();
    const home = await mkdtemp(join(tmpdir(), "minibrowser-"));
    const features = this.#features.map((feature) => `+${feature}`).join(",");
    const flags = features === "" ? [] : [`--features=${features}`];
    const child = spawn(this.#executablePath, [...flags, url], {
      stdio: "ignore",
      env: profileEnvironment(home, display),
    });
    this.#sessions.set(id, { child, home, url });
  }

  startDebugSession(id, url) {
    return this.startSession(`debug ${id}`, url);
  }

  isActive(id) {
    return this.#sessions.has(id);
  }

  getBrowserUrl(id) {
    return this.#sessions.get(id).url;
  }

  async stopSession(id) {
    const { child, home } = this.#sessions.get(id);
    this.#sessions.delete(id);
    child.kill("SIGTERM");
    await ended(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    return {};
  }

  async stop() {
    for (const id of [...this.#sessions.keys()]) await this.stopSession(id);
    const virtual = await this.#display;
    this.#display = undefined;
    if (!virtual) return;
    virtual.child.kill();
    await ended(virtual.child);
  }

  /** The user's display, or a virtual one that lives as long as the launcher. */
  async #findDisplay() {
    if (process.env.DISPLAY) return process.env.DISPLAY;
    this.#display ??= startVirtualDisplay();
    return (await this.#display).name;
  }
}

async function startVirtualDisplay() {
  const child = spawn(
    "Xvfb",
    ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"] },
  );
  const number = await new Promise((resolve, reject) => {
    child.stdio[3].once("data", (data) => resolve(String(data).trim()));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Cannot start Xvfb: it ended with ${code}`)));
  });
  return { name: `:${number}`, child };
}

function profileEnvironment(home, display) {
  return {
    ...process.env,
    DISPLAY: display,
    HOME: home,
    TMPDIR: home, // a killed browser leaves the temporaries of its open writers behind
    XDG_DATA_HOME: join(home, "data"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    GDK_BACKEND: "x11",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
  };
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
