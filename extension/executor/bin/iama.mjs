#!/usr/bin/env node
/**
 * Starts `iama`. The program is TypeScript that Node 24 runs as it is; on an older Node this file starts itself again
 * with the Node that IAMA brings along. It also joins the commands of the executor with those of the server side, where
 * that is installed, so that neither needs to know the other.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED_MAJOR = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const ownNode = () => {
  try {
    const load = createRequire(import.meta.url);
    return join(dirname(load.resolve('node/package.json')), 'bin', 'node');
  } catch {
    return null;
  }
};

/** The child sees our end by the closed channel, so that killing this process leaves none behind. */
const startAgain = (node) => {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends Ctrl-C to both; this one only waits.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`iama could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal !== 'SIGHUP') process.exit(code ?? 128 + (constants.signals[signal] ?? 1));
    // The terminal is gone. process.exit would put it in order, and older versions of Node dump core over that.
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
};

const start = async () => {
  // Half of a short command was the reading of its own source. A folder that cannot be written is no error.
  module.enableCompileCache(join(root, 'node_modules', '.cache', 'iama'));
  if (process.channel) {
    process.channel.unref();
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  }
  const load = (path) => import(pathToFileURL(join(root, path)).href);
  const { main } = await load('extension/executor/cli/program.ts');
  const has = (path) => existsSync(join(root, path));
  const register = has('infra/main/cli/commands.ts')
    ? (await load('infra/main/cli/commands.ts')).registerServerCommands
    : null;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const serverEntry = has('infra/main/dev.ts') ? join(root, 'infra/main/dev.ts') : null;
  // A command of the server side sets the exit code itself.
  const exitCode = await main(process.argv.slice(2), { version, serverEntry, register });
  process.exitCode = exitCode || process.exitCode;
  process.channel?.unref();
  if (process.connected) {
    process.removeAllListeners('disconnect');
    process.disconnect();
  }
};

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  await start();
} else {
  const node = ownNode();
  if (node === null || !existsSync(node)) {
    process.stderr.write(
      `iama needs Node ${NEEDED_MAJOR}, and this is Node ${process.versions.node}.\nRun npm install in ${root}, then try again.\n`,
    );
    process.exit(1);
  }
  startAgain(node);
}
