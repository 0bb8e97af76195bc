import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Rejection } from '../../domain/kernel/rejection.ts';

/** No body of ours nests deeper than a handful; this bounds every recursion over it. */
const MAX_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/** Deepest nesting of arrays and objects, without parsing. */
const depthOf = (json: string): number => {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const char = json.charCodeAt(index);
    if (inText) {
      if (char === BACKSLASH) index += 1;
      else if (char === QUOTE) inText = false;
    } else if (char === QUOTE) inText = true;
    else if (OPEN.has(char)) deepest = Math.max(deepest, ++depth);
    else if (CLOSE.has(char)) depth -= 1;
  }
  return deepest;
};

/** Half of a surrogate pair: it has no UTF-8 form, so that neither the log nor a table could hold it. */
const LONE = /\\u[dD][89a-fA-F]/;

const isWellFormed = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isWellFormed(member));
};

/** Text that came as bytes. Throws `Rejection` BODY_TOO_DEEP or MALFORMED_JSON. */
export const parseJson = (text: string): unknown => {
  if (depthOf(text) > MAX_DEPTH)
    throw new Rejection('BODY_TOO_DEEP', `The body nests deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Rejection('MALFORMED_JSON', 'The body is not JSON.');
    throw error;
  }
};

/**
 * JSON bodies only, bounded in depth, with keys that would reach a prototype refused. An empty body is no body. Bytes that are no UTF-8
 * are refused: read as U+FFFD, other sources would be worked on than were sent, and passwords that differ would be one.
 */
export const takeJson = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isUtf8(bytes)) return done(new Rejection('MALFORMED_JSON', 'The body is not UTF-8.'));
    const text = bytes.toString('utf8');
    if (text === '') return done(null, undefined);
    if (depthOf(text) > MAX_DEPTH)
      return done(new Rejection('BODY_TOO_DEEP', `The body nests deeper than ${MAX_DEPTH} levels.`));
    return parse(request, text, (error, value) => {
      if (error !== null && error !== undefined)
        return done(new Rejection('MALFORMED_JSON', 'The body is not JSON.'));
      // Only an escape can make one, so that nearly no body is walked.
      if (LONE.test(text) && !isWellFormed(value))
        return done(new Rejection('MALFORMED_JSON', 'The body holds half of a surrogate pair.'));
      return done(null, value);
    });
  });
};

/** Any bytes, as they are. */
export const takeBytes = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
};
