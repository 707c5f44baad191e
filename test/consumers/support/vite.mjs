import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** Runs a project's own Vite as its developer does. @returns `origin`, and `close()` */
export async function startViteDev(project, ...args) {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      project.path("node_modules/vite/bin/vite.js"),
      "--host=127.0.0.1",
      `--port=${port}`,
      "--strictPort",
      ...args,
    ],
    { cwd: project.folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  await untilReady(child);
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => endProcess(child),
  };
}

function untilReady(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    const look = (chunk) => {
      output += chunk;
      if (/ready in/.test(output)) resolve();
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Vite ended (${code}):\n${output}`)));
  });
}

function endProcess(child) {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill();
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
