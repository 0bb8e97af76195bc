import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

/**
 * The floor that command routes are measured against: fastify as it comes, one prepared INSERT a request, of one row or of
 * the rows of one command, no authentication, no check, no log. Prints its port.
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

type Row = Readonly<{ type: string; data: string; metadata: string }>;

/** The rows of one command, in one statement. */
app.post('/events', async (request, reply) => {
  const rows = request.body as readonly Row[];
  const id = randomUUID();
  await pool.query({
    name: 'insert-rows',
    text: `INSERT INTO raw_events (version, id, schema_version, stream, type, data, metadata)
           SELECT n, gen_random_uuid(), 1, $1, type, data::json, metadata::json
             FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS r (type, data, metadata, n)`,
    values: [
      `raw-${id}`,
      rows.map(({ type }) => type),
      rows.map(({ data }) => data),
      rows.map(({ metadata }) => metadata),
    ],
  });
  reply.code(200);
  return { id };
});

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
