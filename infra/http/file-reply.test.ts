import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { askedRange, sendFile } from './file-reply.ts';

describe('a range of a file', () => {
  const rangeOf = (header: string | null) => {
    const asked = askedRange(header, 10);
    return asked === null ? null : [asked.range.start, asked.range.end, asked.isPart];
  };

  it('[BIL-14] is the whole where none was asked for, or none that is one', () => {
    for (const header of [
      null,
      '',
      'bytes=-',
      'bytes=5-2',
      'bytes=1-2,4-5',
      'lines=1-2',
      'bytes=a-',
      'bytes= 1-2',
    ])
      expect([header, rangeOf(header)]).toEqual([header, [0, 9, false]]);
    expect(askedRange(null, 0)?.range).toEqual({ start: 0, end: -1 });
  });

  it('[BIL-14] is none behind the end', () => {
    for (const header of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) expect(rangeOf(header)).toBeNull();
  });

  it('[BIL-14] begins and ends where it was asked for, and not beyond the file', () => {
    expect(rangeOf('bytes=0-0')).toEqual([0, 0, true]);
    expect(rangeOf('bytes=3-')).toEqual([3, 9, true]);
    expect(rangeOf('bytes=3-99')).toEqual([3, 9, true]);
    expect(rangeOf('bytes=-3')).toEqual([7, 9, true]);
    expect(rangeOf('bytes=-99')).toEqual([0, 9, true]);
  });
});

it('[BIL-14] a file that is had already is not sent again, and a rest only of the same file', async () => {
  const content = Buffer.from('0123456789');
  const sha256 = 'ab'.repeat(32);
  const app = fastify();
  app.get('/', (request, reply) =>
    sendFile(request, reply, {
      name: 'f',
      size: content.byteLength,
      sha256,
      open: async ({ start, end }) =>
        Readable.from([content.subarray(start, end + 1)], { objectMode: false }),
    }),
  );
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const { statusCode, body } = await app.inject({ url: '/', headers });
    return [statusCode, body];
  };
  for (const had of [`"${sha256}"`, `W/"${sha256}"`, `"other", "${sha256}"`, '*'])
    expect([had, ...(await ask({ 'if-none-match': had }))]).toEqual([had, 304, '']);
  expect(await ask({ 'if-none-match': '"other"' })).toEqual([200, '0123456789']);
  const range = 'bytes=7-';
  expect(await ask({ range, 'if-range': `"${sha256}"` })).toEqual([206, '789']);
  expect(await ask({ range, 'if-range': '"other"' })).toEqual([200, '0123456789']);
  await app.close();
});

it('[BIL-14] [SEC-15] a file is read no faster than it is taken, however large it is', async () => {
  const PART = Buffer.alloc(64 * 1024);
  const size = 4 * 1024 * 1024 * 1024;
  let read = 0;
  const content = function* () {
    for (; read < size; read += PART.byteLength) yield PART;
  };
  const app = fastify();
  app.get('/', (request, reply) =>
    sendFile(request, reply, {
      name: 'large.csv',
      size,
      sha256: '0'.repeat(64),
      open: async () => Readable.from(content(), { objectMode: false }),
    }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const taken = await new Promise<number>((resolve, reject) => {
    httpRequest(url, (response) => {
      response.once('data', (first: Buffer) => {
        response.pause();
        setTimeout(() => {
          response.destroy();
          resolve(first.byteLength);
        }, 300);
      });
    })
      .on('error', reject)
      .end();
  });
  expect(taken).toBeGreaterThan(0);
  // What fits into the buffers of the two sockets.
  expect(read).toBeLessThan(64 * 1024 * 1024);
  await app.close();
});
