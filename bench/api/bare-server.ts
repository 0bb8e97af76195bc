import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

/**
 * The floor that a command route is measured against: fastify as it comes, one route, one prepared single-row INSERT, no
 * authentication, no check, no log. Prints its port.
 */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 16 });
const app = fastify();

app.post('/', async (request, reply) => {
  const id = randomUUID();
  await pool.query({
    name: 'insert',
    text: `INSERT INTO raw_events (version, id, schema_version, stream, type, data, metadata)
           VALUES (1, $1, 1, $2, 'Raw', $3, '{}')`,
    values: [id, `raw-${id}`, JSON.stringify(request.body)],
  });
  reply.code(201);
  return { id };
});

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
