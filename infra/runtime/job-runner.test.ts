import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { createJobPool } from './job-runner.ts';

/** ErrorResponse of the protocol, with the code of a server that recovers. */
const startingUp = (): Buffer => {
  const fields = Buffer.from('SFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
};

it('[ES-12] looks for jobs again at its usual pace while the server starts up', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.end(startingUp())));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const pool = createJobPool({ host: '127.0.0.1', port, user: 'iama' }, 1, () => undefined);
  const refused: unknown = await pool.connect().catch((error: unknown) => error);
  // graphile-worker waits longer and longer where it finds one of the codes that it knows.
  expect(refused).toMatchObject({ message: 'the database system is starting up', cause: { code: '57P03' } });
  expect(refused).not.toHaveProperty('code');
  await pool.end();
  server.close();
});
