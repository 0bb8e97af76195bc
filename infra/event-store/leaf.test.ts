import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { leafHash, leafText } from './leaf.ts';
import type { StoredEvent } from './recorded.ts';

const stored: StoredEvent = {
  id: '0b7e5a3e-0000-4000-8000-000000000001',
  stream: 'job-ä',
  version: 2n,
  type: 'JobOpened',
  schemaVersion: 1,
  recordedAt: '2026-11-20T10:00:00.000001Z',
  data: '{"note":"ä\\u0000"}',
  metadata: '{"commandId":"c"}',
};

describe('leaf encoding', () => {
  it('[ES-05] is frozen: another byte would break every stored hash', () => {
    const text =
      'iama-leaf-1\n7\n0b7e5a3e-0000-4000-8000-000000000001\njob-ä\n2\nJobOpened\n1\n2026-11-20T10:00:00.000001Z\n19\n{"note":"ä\\u0000"}\n{"commandId":"c"}';
    expect(leafText(7n, stored)).toBe(text);
    const byHand = createHash('sha256')
      .update(Buffer.concat([Buffer.from([0]), Buffer.from(text, 'utf8')]))
      .digest('hex');
    expect(leafHash(7n, stored).toString('hex')).toBe(byHand);
    expect(byHand).toMatchInlineSnapshot(
      `"09d40673b9f4022a2646f8758b97f7755b8261bf2b969c2838e9f50052767778"`,
    );
  });

  it.each<[string, bigint, Partial<StoredEvent>]>([
    ['position', 8n, {}],
    ['id', 7n, { id: '0b7e5a3e-0000-4000-8000-000000000002' }],
    ['stream', 7n, { stream: 'job-a' }],
    ['version', 7n, { version: 3n }],
    ['type', 7n, { type: 'JobOpene' }],
    ['schema version', 7n, { schemaVersion: 2 }],
    ['time', 7n, { recordedAt: '2026-11-20T10:00:00.000002Z' }],
    ['data', 7n, { data: '{"note": "ä\\u0000"}' }],
    ['metadata', 7n, { metadata: '{"commandId":"d"}' }],
    ['the border of data and metadata', 7n, { data: '{"note":"ä\\u0000"}\n', metadata: '{"commandId":"c"}' }],
  ])('[ES-05] depends on the %s', (_, position, change) => {
    expect(leafHash(position, { ...stored, ...change })).not.toEqual(leafHash(7n, stored));
  });
});
