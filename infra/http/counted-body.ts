import { Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';

/**
 * A body that is counted as it arrives, inflated where it came gzipped. Where `take` throws, the rest is not read, and the connection ends
 * with the answer.
 */
export const countedBody = (
  payload: NodeJS.ReadableStream & { destroy?: () => unknown },
  reply: FastifyReply,
  take: (bytes: number) => void,
): Transform => {
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        take(chunk.byteLength);
        done(null, chunk);
      } catch (error) {
        reply.header('connection', 'close');
        done(error instanceof Error ? error : new Error('the body was refused'));
      }
    },
  });
  // Whoever reads it listens no more once it was answered, and an error that nobody hears ends the process.
  counted.on('error', () => undefined);
  reply.raw.once('close', () => counted.destroy());
  payload.on('error', (error) => counted.destroy(error));
  // The socket stays, so that the answer goes out; what inflates for nobody ends.
  if (payload !== reply.request.raw) counted.once('close', () => payload.destroy?.());
  return payload.pipe(counted);
};
