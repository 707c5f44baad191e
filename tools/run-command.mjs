import { spawn } from "node:child_process";

/**
 * Runs a command and collects what it prints, both streams in order of arrival.
 * With `echo` it is printed as well. Never rejects for an exit code: that is the caller's to judge.
 */
export function runCommand(command, args, { cwd, env = process.env, echo = false } = {}) {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32", // npm and the tools are .cmd files there
  });
  const chunks = [];
  for (const name of ["stdout", "stderr"]) {
    child[name].on("data", (chunk) => {
      chunks.push(chunk);
      if (echo) process[name].write(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ code: code ?? signal, output: Buffer.concat(chunks).toString("utf8"), seconds });
    });
  });
}
