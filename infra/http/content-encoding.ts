import { type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { Rejection } from '../../domain/kernel/rejection.ts';

const unsupported = (): Rejection =>
  new Rejection('UNSUPPORTED_MEDIA_TYPE', 'This route does not take this Content-Encoding.');

/** Bodies come plain; a compressed one is refused before it is read. */
export const refuseEncodings = (app: FastifyInstance): void => {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw unsupported();
    return payload;
  });
};

/**
 * Bodies may come gzipped. They are inflated as they arrive and fastify counts what comes out against the route's limit, so
 * that a decompression bomb is cut off there, whatever its ratio.
 */
export const takeGzip = (app: FastifyInstance): void => {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return payload;
    if (encoding !== 'gzip') throw unsupported();
    // The announced length is that of the compressed bytes; it says nothing about what comes out.
    delete request.headers['content-length'];
    return inflate(payload);
  });
};

const inflate = (payload: NodeJS.ReadableStream): Readable => {
  const plain = new Transform({ transform: (chunk, _encoding, done) => done(null, chunk) });
  const gunzip = createGunzip();
  gunzip.on('error', () =>
    plain.destroy(new Rejection('MALFORMED_REQUEST', 'The body is not the gzip that it claims to be.')),
  );
  // Whoever reads it listens no more once it was answered, and an error that nobody hears ends the process.
  plain.on('error', () => undefined);
  payload.on('error', (error) => plain.destroy(error));
  plain.on('close', () => gunzip.destroy());
  payload.pipe(gunzip).pipe(plain);
  return plain;
};
