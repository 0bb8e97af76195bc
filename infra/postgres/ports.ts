import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { type EmbeddedFiles, readIfPresent } from './embedded-files.ts';

/** Any free port on loopback. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port on loopback'));
      });
    });
  });

/** True when nothing listens on the loopback port. */
const portIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Below what Linux, macOS and Windows give to connections and to programs that name no port. */
const QUIET_PORTS = { from: 15_000, to: 30_000 };

/**
 * A free port on loopback that nobody is likely to take while its server is down for a moment: its clients know no other. Any free
 * one where none of a hundred was.
 */
const quietPort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(QUIET_PORTS.from, QUIET_PORTS.to);
    if (await portIsFree(port)) return port;
  }
  return freePort();
};

/** The port for a start, which is written down. Null where another program listens at the recorded port, and the server is not to move yet. */
export const choosePort = async (
  files: Pick<EmbeddedFiles, 'port'>,
  mayMove: boolean,
): Promise<number | null> => {
  const recorded = Number(await readIfPresent(files.port));
  const isRecorded = Number.isInteger(recorded) && recorded > 0;
  if (isRecorded && (await portIsFree(recorded))) return recorded;
  if (isRecorded && !mayMove) return null;
  const port = await quietPort();
  await writeFile(files.port, String(port));
  return port;
};
