import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { serverUser } from '../embedded-binaries.ts';
import { clientConfig } from '../pool.ts';
import { freePort } from '../ports.ts';

export type PgBouncer = Readonly<{
  /** The same address, through the pool. */
  through(direct: string): string;
  stop(): Promise<void>;
}>;

const START_MS = 20_000;

/** As `docs/how-to/run-behind-pgbouncer.md` has them: the two settings of a session are those of every server connection. */
const settings = (folder: string, server: URL, port: number, prepared: string): string => `
[databases]
* = host=${server.hostname} port=${server.port} connect_query='set statement_timeout = 30000; set idle_in_transaction_session_timeout = 60000'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users')}
pool_mode = transaction
ignore_startup_parameters = statement_timeout, idle_in_transaction_session_timeout
max_client_conn = 2000
default_pool_size = 8
server_idle_timeout = 10
server_login_retry = 1
${prepared}
logfile = ${join(folder, 'log')}
`;

/** From 1.21 on it knows on which session which statement was prepared. */
const keepsPrepared = (program: string): boolean => {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > 1 || Number(minor) >= 21;
};

const quoted = (text: string): string => `"${decodeURIComponent(text).replaceAll('"', '""')}"`;

const answers = async (url: string, process: ChildProcess): Promise<void> => {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const client = new pg.Client(clientConfig({ connectionString: url }));
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline || process.exitCode !== null) throw error;
      await sleep(50);
    }
  }
};

/**
 * A PgBouncer in transaction mode in front of the server of this address, for every database of it and this one role.
 * `program`: where it is; `folder`: for its files, made here and removed by `stop`.
 */
export const startPgBouncer = async (program: string, folder: string, url: string): Promise<PgBouncer> => {
  const server = new URL(url);
  const user = await serverUser();
  const port = await freePort();
  const prepared = keepsPrepared(program);
  await mkdir(folder, { recursive: true });
  const users = `${quoted(server.username)} ${quoted(server.password)}\n`;
  await writeFile(join(folder, 'users'), users, { mode: 0o600 });
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    settings(folder, server, port, prepared ? 'max_prepared_statements = 200' : ''),
  );
  if (user !== null)
    for (const path of [folder, join(folder, 'users')]) await chown(path, user.uid, user.gid);
  const child = spawn(program, ['--quiet', join(folder, 'pgbouncer.ini')], {
    ...(user ?? {}),
    stdio: 'inherit',
  });
  const through = (direct: string): string => {
    const changed = new URL(direct);
    changed.hostname = '127.0.0.1';
    changed.port = String(port);
    if (!prepared) changed.searchParams.set('prepared', 'off');
    return changed.toString();
  };
  await answers(through(url), child);
  return {
    through,
    async stop() {
      if (child.exitCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGINT');
        await exit;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};
