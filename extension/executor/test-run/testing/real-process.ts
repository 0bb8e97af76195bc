/** A small process runner for the tests of this folder: real processes, killed when their time is over. */
import { spawn } from 'node:child_process';
import type { ProcessRunner } from '../process-runner.ts';

export const realProcess: ProcessRunner = (command, args, options) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { PATH: '/usr/bin:/bin', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let timedOut = false;
    const out = { stdout: '', stderr: '' };
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        out[name] = (out[name] + chunk).slice(0, options.maxOutputBytes);
      });
    }
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, timedOut, ...out });
    });
  });
