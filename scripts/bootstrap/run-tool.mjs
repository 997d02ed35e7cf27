import { spawn } from 'node:child_process';

/** A tool that ended badly; `output` is all that it printed. */
export class ToolFailed extends Error {
  constructor(step, output) {
    super(`${step} failed.`);
    this.output = output;
  }
}

/** Runs a tool and keeps its output to itself: it is of interest only when the tool fails. */
export const runTool = (step, { command, args, env = {}, cwd, shell = false }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => reject(new ToolFailed(step, `${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const output = Buffer.concat(chunks).toString().trim();
      return reject(new ToolFailed(step, output || `${command} ended with ${signal ?? code} and said nothing.`));
    });
  });
