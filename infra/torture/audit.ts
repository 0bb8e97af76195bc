import type { Pool } from 'pg';
import { auditLedger } from '../runtime/testing/ledger.ts';
import type { ClientEntry, Request, TailEntry } from './protocol.ts';

export type Violation = Readonly<{ what: string; count: number; example: string }>;

export type LoggedEvent = Readonly<{
  position: bigint;
  id: string;
  stream: string;
  version: bigint;
  marker: string;
}>;

/** The log as it stands, in order, with the number of transactions whose order of commit was not that of their numbers. */
export const readWholeLog = async (
  pool: Pool,
): Promise<{ events: readonly LoggedEvent[]; inversions: number }> => {
  const { rows } = await pool.query<LoggedEvent & { seq: bigint; xid: bigint }>(
    `select l.position, e.id, e.stream, e.version, e.data ->> 'marker' as marker, e.seq, e.xid::text::bigint as xid
     from event_log l join events e on e.seq = l.seq order by l.position`,
  );
  let inversions = 0;
  let highest = 0n;
  for (const { seq } of rows) {
    if (seq < highest) inversions += 1;
    else highest = seq;
  }
  return { events: rows, inversions };
};

/** What a run did not get to, so that it proves nothing of it: nothing is wrong, and nothing was shown to be right. */
export type Unproven = Readonly<{ what: string; why: string }>;

/** Gathers violations by kind, with one example of each. */
export class Findings {
  readonly unproven: Unproven[] = [];
  readonly #found = new Map<string, { count: number; example: string }>();

  add(what: string, example: string, count = 1): void {
    if (count <= 0) return;
    const known = this.#found.get(what);
    if (known === undefined) this.#found.set(what, { count, example });
    else known.count += count;
  }

  /** Violations whose name ends so, all together. */
  count(...endings: readonly string[]): number {
    const matching = this.violations.filter(({ what }) => endings.some((ending) => what.endsWith(ending)));
    return matching.reduce((sum, { count }) => sum + count, 0);
  }

  get violations(): readonly Violation[] {
    return [...this.#found].map(([what, { count, example }]) => ({ what, count, example }));
  }
}

/** Positions are 1, 2, 3 …, every event has one, versions are dense and in order. */
export const auditLog = async (
  pool: Pool,
  events: readonly LoggedEvent[],
  findings: Findings,
): Promise<void> => {
  const versions = new Map<string, bigint>();
  for (const [index, { position, stream, version }] of events.entries()) {
    if (position !== BigInt(index + 1))
      findings.add('log: position not dense', `${position} at place ${index + 1}`);
    if (version !== (versions.get(stream) ?? 0n) + 1n)
      findings.add('log: stream out of order', `${stream} version ${version} at position ${position}`);
    versions.set(stream, version);
  }
  const { rows } = await pool.query<{ n: bigint }>('select count(*) as n from events');
  const stored = Number(rows[0]?.n ?? 0);
  findings.add('log: events without a position', `${stored} stored`, stored - events.length);
};

/** What clients were told against what is stored. Returns how many requests had each end. */
export const auditClients = (
  journals: readonly (readonly ClientEntry[])[],
  events: readonly LoggedEvent[],
  findings: Findings,
) => {
  const stored = new Map<string, LoggedEvent[]>();
  for (const event of events) {
    if (event.marker === null) continue;
    const list = stored.get(event.marker) ?? [];
    list.push(event);
    stored.set(event.marker, list);
  }
  const figures = { requests: 0, acknowledged: 0, repeatedAnswers: 0, refused: 0, unknown: 0 };
  for (const journal of journals) {
    const ends = byRequest(journal, findings);
    for (const { request, acked, refused, forgotten } of ends.values()) {
      figures.requests += 1;
      const copies = request.appends
        .flatMap(({ markers }) => markers)
        .map((marker) => stored.get(marker)?.length ?? 0);
      if (copies.some((n) => n > 1)) findings.add('clients: request stored twice', request.id);
      if (new Set(copies).size > 1) findings.add('clients: request stored in part', request.id);
      const [first, ...others] = acked;
      if (first === undefined) {
        if (refused) {
          figures.refused += 1;
          if (copies.some((n) => n > 0)) findings.add('clients: refused request stored', request.id);
        } else figures.unknown += 1;
        continue;
      }
      figures.acknowledged += 1;
      figures.repeatedAnswers += others.length;
      if (forgotten) findings.add('clients: acknowledged request refused when repeated', request.id);
      if (copies.some((n) => n === 0)) findings.add('clients: acknowledged request lost', request.id);
      if (others.some((other) => JSON.stringify(other.streams) !== JSON.stringify(first.streams)))
        findings.add('clients: repeated request answered otherwise', request.id);
      checkVersions(request, first.streams, stored, findings);
    }
  }
  return figures;
};

type Acked = Extract<ClientEntry, { kind: 'acked' }>;
type End = { request: Request; acked: Acked[]; refused: boolean; forgotten: boolean };

const byRequest = (journal: readonly ClientEntry[], findings: Findings): Map<string, End> => {
  const ends = new Map<string, End>();
  for (const entry of journal) {
    if (entry.kind === 'sent') {
      ends.set(entry.request.id, { request: entry.request, acked: [], refused: false, forgotten: false });
      continue;
    }
    const end = ends.get(entry.id);
    if (entry.kind === 'acked') end?.acked.push(entry);
    if (entry.kind === 'refused' && end !== undefined) {
      // A refusal is not remembered: the same request may succeed later. The other way round is a broken promise.
      end.forgotten ||= entry.again && end.acked.length > 0;
      end.refused = true;
    }
    if (entry.kind === 'violation') findings.add(`clients: ${entry.what}`, entry.id);
  }
  return ends;
};

const checkVersions = (
  request: Request,
  told: Acked['streams'],
  stored: ReadonlyMap<string, readonly LoggedEvent[]>,
  findings: Findings,
): void => {
  for (const [index, append] of request.appends.entries()) {
    const end = BigInt(told[index]?.version ?? 0);
    for (const [place, marker] of append.markers.entries()) {
      const event = stored.get(marker)?.[0];
      const version = end - BigInt(append.markers.length - 1 - place);
      if (event !== undefined && (event.stream !== append.stream || event.version !== version))
        findings.add('clients: stored under another version than told', `${request.id} ${marker}`);
    }
  }
};

/** What a tail reader saw against the log. */
export const auditTail = (
  name: string,
  seen: readonly TailEntry[],
  events: readonly LoggedEvent[],
  findings: Findings,
): void => {
  const placeOf = new Map(events.map(({ id }, index) => [id, index]));
  const ids = new Set<string>();
  let last = -1;
  for (const entry of seen) {
    if (ids.has(entry.id))
      findings.add('subscriptions: event repeated', `${name} saw ${entry.stream}@${entry.version} twice`);
    ids.add(entry.id);
    const place = placeOf.get(entry.id);
    if (place === undefined) {
      findings.add('subscriptions: event seen that is not in the log', `${name} ${entry.id}`);
      continue;
    }
    if (place < last)
      findings.add('subscriptions: event reordered', `${name} saw ${entry.stream}@${entry.version} late`);
    last = Math.max(last, place);
    if (String(events[place]?.position) !== entry.position)
      findings.add(
        'subscriptions: position changed its event',
        `${name} saw ${entry.id} at ${entry.position}`,
      );
  }
  for (const { id, position } of events)
    if (!ids.has(id)) findings.add('subscriptions: event lost', `${name} never saw position ${position}`);
};

/** What partitioned workers processed, through their fenced checkpoints. */
export const auditWorkers = async (
  pool: Pool,
  subscriptions: readonly string[],
  findings: Findings,
): Promise<number> => {
  let processed = 0;
  for (const id of subscriptions) {
    const ledger = await auditLedger(pool, id);
    processed += ledger.processed;
    findings.add('workers: event lost', id, ledger.lost);
    findings.add('workers: event processed twice', id, ledger.repeated);
    findings.add('workers: event reordered', id, ledger.reordered);
  }
  const { rows } = await pool.query<{ n: bigint; error: string | null }>(
    'select count(*) as n, max(error) as error from runtime.dead_letters',
  );
  // Nothing here is poison: a dead letter means that a fault was taken for one.
  findings.add('workers: event set aside', rows[0]?.error ?? '', Number(rows[0]?.n ?? 0));
  return processed;
};

/** Every ping was answered by one pong, however often its effect ran. */
export const auditEffects = async (pool: Pool, findings: Findings): Promise<number> => {
  const { rows } = await pool.query<{ id: string; answers: number }>(
    `select p.data ->> 'pingId' as id, (
       select count(*) from events a where a.type = 'Ponged' and a.data ->> 'pingId' = p.data ->> 'pingId')::int as answers
     from events p where p.type = 'Pinged'`,
  );
  for (const { id, answers } of rows) {
    if (answers === 0) findings.add('effects: never answered', id);
    if (answers > 1) findings.add('effects: answered twice', id);
  }
  return rows.length;
};
