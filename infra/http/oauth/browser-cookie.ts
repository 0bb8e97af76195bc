import type { FastifyReply, FastifyRequest } from 'fastify';
import { newOpaqueToken } from '../../identity/opaque-token.ts';

/** As long as a sign-in at a provider may take. */
const SECONDS = 10 * 60;
const TOKEN = /^[\w-]{43}$/;

/** Behind TLS no other host can set it (RFC 6265bis, 4.1.3.2); without TLS there is nothing to hold against that. */
const nameOf = (isSecure: boolean): string => (isSecure ? '__Host-iama_oauth' : 'iama_oauth');

/** What tells this browser from others; null: it has nothing of ours. */
export const browserOf = ({ headers }: FastifyRequest, isSecure: boolean): string | null => {
  const begin = `${nameOf(isSecure)}=`;
  const found = (headers.cookie ?? '').split(/; */).find((each) => each.startsWith(begin));
  const value = found?.slice(begin.length) ?? '';
  return TOKEN.test(value) ? value : null;
};

/** The same for another ten minutes, or something new, so that several sign-ins can be under way in one browser. */
export const markBrowser = (request: FastifyRequest, reply: FastifyReply, isSecure: boolean): string => {
  const browser = browserOf(request, isSecure) ?? newOpaqueToken();
  const secure = isSecure ? '; Secure' : '';
  reply.header(
    'set-cookie',
    `${nameOf(isSecure)}=${browser}; Path=/; Max-Age=${SECONDS}; HttpOnly; SameSite=Lax${secure}`,
  );
  return browser;
};
