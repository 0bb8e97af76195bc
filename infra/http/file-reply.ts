import type { FastifyReply, FastifyRequest } from 'fastify';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ByteRange, FileAnswer } from '../../read-api/kernel/query.ts';
import { endUnread } from './limits/reading-time.ts';
import { headerOf } from './route-request.ts';

type Asked = Readonly<{ range: ByteRange; isPart: boolean }>;

const whole = (size: number): Asked => ({ range: { start: 0, end: size - 1 }, isPart: false });

/**
 * What a `Range` asks for (RFC 9110, 14.2): one range of bytes; anything else is answered with the whole, as if nothing was
 * asked. null: it lies behind the end.
 */
export const askedRange = (header: string | null, size: number): Asked | null => {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return whole(size);
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  // A range that ends before it begins is none.
  if (first !== '' && last !== '' && Number(last) < start) return whole(size);
  return start >= size ? null : { range: { start, end }, isPart: true };
};

const names = (header: string | null, etag: string): boolean =>
  (header ?? '').split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim()));

/** Sends a file as it is read, so that its size does not matter to this process; 206, 304 and 416 where they were asked for. */
export const sendFile = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { name, size, sha256, open }: FileAnswer,
): Promise<FastifyReply> => {
  const etag = `"${sha256}"`;
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  reply.header('etag', etag).header('accept-ranges', 'bytes').header('cache-control', 'private, no-cache');
  if (names(headerOf(request, 'if-none-match'), etag)) return reply.code(304).send();
  const ifRange = headerOf(request, 'if-range');
  const wanted = ifRange === null || ifRange === etag ? headerOf(request, 'range') : null;
  const asked = askedRange(wanted, size);
  if (asked === null) {
    reply.header('content-range', `bytes */${size}`);
    throw new Rejection('RANGE_NOT_SATISFIABLE', 'The file ends before the range begins.', { size });
  }
  const { range, isPart } = asked;
  const content = await open(range);
  reply
    .type('application/octet-stream')
    .header('content-length', range.end - range.start + 1)
    .header('repr-digest', `sha-256=:${digest}:`)
    .header('content-disposition', `attachment; filename="${name}"`);
  endUnread(reply.raw, range.end - range.start + 1);
  if (isPart) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  return reply.send(content);
};
