import { describe, expect, it } from 'vitest';
import { auditClients, auditTail, Findings, type LoggedEvent } from './audit.ts';
import { auditHttp } from './audit-http.ts';
import { parseOptions } from './options.ts';
import type { ClientEntry, HttpEntry, Request } from './protocol.ts';
import { seededRandom } from './random.ts';

const logged = (position: number, stream: string, version: number, marker = `m${position}`): LoggedEvent => ({
  position: BigInt(position),
  id: `id-${position}`,
  stream,
  version: BigInt(version),
  marker,
});
const log = [logged(1, 'a', 1), logged(2, 'b', 1), logged(3, 'a', 2)];
const seen = (...positions: readonly number[]) =>
  positions.flatMap((position) => {
    const event = log[position - 1];
    if (event === undefined) return [];
    const { id, stream, version } = event;
    return [{ position: String(position), id, stream, version: String(version) }];
  });
const violations = (check: (findings: Findings) => void): readonly string[] => {
  const findings = new Findings();
  check(findings);
  return findings.violations.map(({ what, count }) => `${what}: ${count}`);
};

describe('what the torture test calls a violation', () => {
  it.each([
    ['nothing', seen(1, 2, 3), []],
    ['a lost event', seen(1, 3), ['subscriptions: event lost: 1']],
    ['a repeated event', seen(1, 2, 3, 3), ['subscriptions: event repeated: 1']],
    ['a reordered event', seen(1, 3, 2), ['subscriptions: event reordered: 1']],
    [
      'a renumbered event',
      seen(1, 2, 3).map((entry, n) => (n === 2 ? { ...entry, position: '4' } : entry)),
      ['subscriptions: position changed its event: 1'],
    ],
  ])('[ES-15] a tail reader: %s', (_, entries, expected) => {
    expect(violations((findings) => auditTail('tail', entries, log, findings))).toEqual(expected);
  });

  const request: Request = {
    id: 'r',
    key: 'k',
    appends: [{ stream: 'a', mode: 'any', version: null, markers: ['m1', 'm3'] }],
    hold: null,
    type: 'Marked',
  };
  const sent: ClientEntry = { kind: 'sent', request };
  const acked = (version: string): ClientEntry => ({
    kind: 'acked',
    id: 'r',
    streams: [{ stream: 'a', version }],
    replayed: false,
  });
  const refused = (again: boolean): ClientEntry => ({ kind: 'refused', id: 'r', again });
  const clients = (entries: readonly ClientEntry[], events: readonly LoggedEvent[]) =>
    violations((findings) => auditClients([entries], events, findings));

  it.each<[string, readonly ClientEntry[], readonly LoggedEvent[], readonly string[]]>([
    ['nothing', [sent, acked('2')], log, []],
    ['nothing when a refused request succeeds later', [sent, refused(false), acked('2')], log, []],
    [
      'an acknowledged request that is gone',
      [sent, acked('2')],
      [],
      ['clients: acknowledged request lost: 1'],
    ],
    ['a request stored in part', [sent], log.slice(0, 2), ['clients: request stored in part: 1']],
    [
      'a request stored twice',
      [sent, acked('2')],
      [...log, logged(4, 'a', 3, 'm1'), logged(5, 'a', 4, 'm3')],
      ['clients: request stored twice: 1'],
    ],
    ['a refused request that is stored', [sent, refused(false)], log, ['clients: refused request stored: 1']],
    [
      'a promise that was broken',
      [sent, acked('2'), refused(true)],
      log,
      ['clients: acknowledged request refused when repeated: 1'],
    ],
    [
      'another answer to the same request',
      [sent, acked('2'), acked('3')],
      log,
      ['clients: repeated request answered otherwise: 1'],
    ],
    [
      'a version that was not told',
      [sent, acked('7')],
      log,
      ['clients: stored under another version than told: 2'],
    ],
  ])('[ES-15] a client: %s', (_, entries, events, expected) => {
    expect(clients(entries, events)).toEqual(expected);
  });
});

describe('arguments', () => {
  it.each([
    [['--seconds', '1']],
    [['--seconds', 'long']],
    [['--seed', '-1']],
    [['--plant', 'nothing']],
    [['--unknown']],
  ])('[ES-15] refuses %j', (args) => {
    expect(() => parseOptions(args, () => 1)).toThrow();
  });

  it('[ES-15] takes a seed, or makes one', () => {
    expect(parseOptions(['--seed', '7'], () => 1)).toMatchObject({ seed: 7, seconds: 60, plant: null });
    expect(parseOptions([], () => 42).seed).toBe(42);
    expect(Array.from({ length: 5 }, seededRandom(3).next)).toEqual(
      Array.from({ length: 5 }, seededRandom(3).next),
    );
  });

  const job = (title: string, jobId = `job of ${title}`) => ({ title, jobId });
  const sent = (id: string): HttpEntry => ({ kind: 'sent', request: { id, key: `key-${id}` } });
  const acked = (id: string, jobId = `job of ${id}`): HttpEntry => ({
    kind: 'acked',
    id,
    jobId,
    replayed: false,
  });
  it.each([
    ['nothing', [sent('a'), acked('a'), acked('a')], [job('a')], []],
    ['an answer that was never given', [sent('a')], [job('a')], []],
    ['a lost job', [sent('a'), acked('a')], [], ['http: acknowledged request lost: 1']],
    [
      'another job than told',
      [sent('a'), acked('a')],
      [job('a', 'x')],
      ['http: acknowledged request lost: 1'],
    ],
    [
      'a job asked for once and stored twice',
      [sent('a')],
      [job('a'), job('a', 'x')],
      ['http: request stored twice: 1'],
    ],
    [
      'two answers to one request',
      [sent('a'), acked('a'), acked('a', 'x')],
      [job('a')],
      ['http: repeated request answered otherwise: 1'],
    ],
    [
      'a refusal',
      [{ kind: 'violation', id: 'a', what: 'answered 422 X' } as const],
      [],
      ['http: answered 422 X: 1'],
    ],
  ])('[ES-03] [ES-15] a client of the HTTP API: %s', (_, journal, jobs, expected) => {
    expect(violations((findings) => auditHttp([journal], jobs, findings))).toEqual(expected);
  });
});
