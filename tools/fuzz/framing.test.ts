import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FRAMINGS, framedBytes, isCut } from './framing.ts';
import { sendBytes } from './send.ts';

const taken: string[] = [];
const server = createServer(async (request, response) => {
  const body = await text(request).catch(() => null);
  if (body !== null) taken.push(body);
  response.end();
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

it.each(FRAMINGS)('[ID-11] sends a body that comes as %s whole, or never ends it', async (framing) => {
  taken.length = 0;
  const body = '{"title":"a title of more than one chunk"}';
  const wire = { method: 'POST', target: '/', headers: [['x', 'y']] as const, body: Buffer.from(body) };
  const answer = await sendBytes(url, framedBytes(wire, framing), 20_000, isCut(framing));
  expect(taken).toEqual(isCut(framing) ? [] : [body]);
  expect(answer?.status === 200).toBe(!isCut(framing));
});
