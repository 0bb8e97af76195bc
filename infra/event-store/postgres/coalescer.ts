import type { Pool } from 'pg';
import pg from 'pg';
import type { AppendOutcome } from '../../../domain/kernel/event-store.ts';
import { IdempotencyKeyReused } from '../../../domain/kernel/event-store.ts';
import type { EncodedAppend, EncodedStream } from '../encoding.ts';
import { appendAlone, lostRace, outcomeOf } from './append.ts';
import { exactQuery, storedStreams } from './append-exact.ts';
import { assume, knownQuery } from './append-known.ts';
import type { Unit } from './append-units.ts';
import { basesOf, exactVersion, unitsQuery } from './append-units.ts';
import type { KnownVersions } from './known-versions.ts';

type Request = Readonly<{
  append: EncodedAppend;
  stream: EncodedStream;
  resolve: (outcome: AppendOutcome) => void;
  reject: (error: unknown) => void;
}>;

/** Requests of one stream that are stored one after the other; more than one only in a mode that cannot conflict. */
type Group = { readonly stream: EncodedStream; readonly requests: Request[]; events: number };

const MAX_BATCH_EVENTS = 512;
/** How far into the queue a batch looks past requests that must wait for their stream. */
const MAX_SCAN = 1_024;
/** Two: the server works on one while the other is flushed or filled. More means smaller batches, measured slower. */
const IN_FLIGHT = 2;
/**
 * From so many waiting requests on, a batch leaves half of their streams to the next one. Else callers fall in step: all wait
 * for one batch and then make the next, and the processor waits for the disk meanwhile. Fewer are not worth two flushes.
 */
const WORTH_HALVING = 12;
/** Of one batch, before its members go alone. */
const MAX_ATTEMPTS = 3;

/**
 * Turns concurrent appends into one statement with an outcome each. No timer: a batch is whatever arrived while the
 * two before it were under way, so a lone append waits for nothing.
 */
export class Coalescer {
  readonly #pool: Pool;
  readonly #known: KnownVersions;
  #queue: Request[] = [];
  readonly #busyStreams = new Set<string>();
  readonly #keys = new Map<string, { bodyHash: string; outcome: Promise<AppendOutcome> }>();
  #inFlight = 0;
  #scheduled = false;

  constructor(pool: Pool, known: KnownVersions) {
    this.#pool = pool;
    this.#known = known;
  }

  /** Takes appends of exactly one stream. */
  async append(append: EncodedAppend, stream: EncodedStream): Promise<AppendOutcome> {
    const { key } = append;
    if (key === null) return this.#enqueue(append, stream);
    // A key already under way here: its answer is ours. If it failed we go ourselves, and the key tells if it was stored after all.
    for (let first = this.#keys.get(key.key); first !== undefined; first = this.#keys.get(key.key)) {
      const outcome = await first.outcome.catch(() => null);
      if (outcome === null) continue;
      if (first.bodyHash !== key.bodyHash) throw new IdempotencyKeyReused(key.key);
      return { ...outcome, replayed: true };
    }
    const outcome = this.#enqueue(append, stream).finally(() => this.#keys.delete(key.key));
    this.#keys.set(key.key, { bodyHash: key.bodyHash, outcome });
    return outcome;
  }

  #enqueue(append: EncodedAppend, stream: EncodedStream): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ append, stream, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= IN_FLIGHT) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump(this.#inFlight === 0 && this.#queue.length >= WORTH_HALVING);
    });
  }

  /** `halve`: the first batch leaves half of the streams that wait to the next one. */
  #pump(halve: boolean): void {
    let most = halve ? Math.ceil(this.#waitingStreams() / 2) : MAX_SCAN;
    while (this.#inFlight < IN_FLIGHT && this.#queue.length > 0) {
      const groups = this.#take(most);
      if (groups.length === 0) return;
      most = MAX_SCAN;
      this.#inFlight += 1;
      void this.#run(groups);
    }
  }

  /** What waited meanwhile goes before those answered now are heard: they would otherwise come first, one batch at a time. */
  #free(groups: readonly Group[]): void {
    this.#inFlight -= 1;
    for (const { stream } of groups) this.#busyStreams.delete(stream.streamName);
    if (this.#queue.length >= WORTH_HALVING) this.#pump(false);
    else this.#schedule();
  }

  #waitingStreams(): number {
    return new Set(this.#queue.map(({ stream }) => stream.streamName)).size;
  }

  /**
   * The next batch of at most `most` streams, in order of arrival; a request waits while its stream is under way. A stream is not
   * halved: its second half could only wait for its first.
   */
  #take(most: number): Group[] {
    const groups = new Map<string, Group>();
    const waiting = new Set<string>();
    const left: Request[] = [];
    let events = 0;
    let index = 0;
    for (; index < this.#queue.length && index < MAX_SCAN && events < MAX_BATCH_EVENTS; index++) {
      const request = this.#queue[index];
      if (request === undefined) break;
      const { streamName } = request.stream;
      const group = groups.get(streamName);
      if (group === undefined && groups.size === most) break;
      const free =
        !waiting.has(streamName) &&
        (group === undefined ? !this.#busyStreams.has(streamName) : mergeable(group, request));
      if (!free) {
        waiting.add(streamName);
        left.push(request);
        continue;
      }
      events += request.stream.events.length;
      if (group === undefined) {
        this.#busyStreams.add(streamName);
        groups.set(streamName, {
          stream: request.stream,
          requests: [request],
          events: request.stream.events.length,
        });
      } else {
        group.requests.push(request);
        group.events += request.stream.events.length;
      }
    }
    this.#queue = left.concat(this.#queue.slice(index));
    return [...groups.values()];
  }

  async #run(groups: readonly Group[]): Promise<void> {
    const [first] = groups;
    if (first !== undefined && groups.length === 1 && first.requests.length === 1) {
      await this.#alone(first);
      return this.#free(groups);
    }
    // Sorted: two batches over the same streams then never wait for each other.
    const sorted = [...groups].sort((a, b) => (a.stream.streamName < b.stream.streamName ? -1 : 1));
    const { answer, lost } = await this.#store(sorted, false);
    if (lost.length === 0) this.#free(groups);
    answer();
    if (lost.length === 0) return;
    await Promise.all(lost.map((group) => this.#lost(group)));
    this.#free(groups);
  }

  /** Stores the groups in one statement. `answer` tells those settled by it; of those lost nothing was stored. */
  async #store(
    groups: readonly Group[],
    lock: boolean,
  ): Promise<Readonly<{ answer: () => void; lost: readonly Group[] }>> {
    try {
      const bases = await this.#basesInSpiteOfRaces(groups.map(unitOf), lock);
      const stored = groups.flatMap((group, index) => {
        const base = bases[index] ?? -1n;
        return base < 0n ? [] : [{ group, base }];
      });
      for (const { group, base } of stored)
        this.#known.learn(group.stream.streamName, base + BigInt(group.events));
      return {
        answer: () => {
          for (const { group, base } of stored) settle(group, base);
        },
        lost: groups.filter((_, index) => (bases[index] ?? -1n) < 0n),
      };
    } catch (error) {
      // An error of the statement stored nothing, so each may go alone; a broken connection leaves that unknown.
      if (storedNothing(error)) return { answer: () => undefined, lost: groups };
      const answer = (): void => {
        for (const { requests } of groups) for (const request of requests) request.reject(error);
      };
      return { answer, lost: [] };
    }
  }

  /**
   * The version that each unit started from; -1 where nothing of it was stored. A race undid the whole statement for one of its
   * members; who won it is seen by the next attempt, which looks.
   */
  async #basesInSpiteOfRaces(units: readonly Unit[], lock: boolean): Promise<readonly bigint[]> {
    const assumed = units.map((unit) => assume(unit, this.#known));
    const bases = assumed.map(({ expected }) => exactVersion(expected) ?? -1n);
    let unlooked = knownQuery(assumed, this.#known);
    for (let attempt = 1; ; attempt++) {
      try {
        if (unlooked !== null) {
          await this.#pool.query(unlooked);
          return bases;
        }
        const found = await this.#look(units, lock);
        for (const [index, { streamName }] of units.entries())
          if (assumed[index] !== units[index] && bases[index] !== found[index])
            this.#known.distrust(streamName);
        return found;
      } catch (error) {
        if (!lostRace(error) || attempt === MAX_ATTEMPTS) throw error;
        unlooked = null;
      }
    }
  }

  async #look(units: readonly Unit[], lock: boolean): Promise<readonly bigint[]> {
    const exact = exactQuery(units);
    if (exact === null) {
      const { rows } = await this.#pool.query(unitsQuery(units, { lock, atomic: false }));
      return basesOf(rows[0]);
    }
    const { rows } = await this.#pool.query<{ stored: number; streams: string[] | null }>(exact);
    const stored = storedStreams(rows[0], units);
    return units.map(({ streamName, expected }) =>
      stored === null || stored.has(streamName) ? (exactVersion(expected) ?? -1n) : -1n,
    );
  }

  async #lost(group: Group): Promise<void> {
    this.#known.distrust(group.stream.streamName);
    if (group.requests.length === 1) return this.#alone(group);
    const { answer, lost } = await this.#store([group], true);
    answer();
    for (const again of lost) await this.#alone(again);
  }

  async #alone(group: Group): Promise<void> {
    for (const request of group.requests)
      await appendAlone(this.#pool, request.append, this.#known).then(request.resolve, request.reject);
  }
}

/**
 * An answer of the server that the session outlives, so the whole statement was undone. Told by the SQLSTATE, because the
 * severity is written in the server's language. Those left out may come from a
 * server that goes down (a full disk under its journal), at a point that is not known.
 */
export const storedNothing = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(?!08|53|57P|58|XX)[0-9A-Z]{5}$/.test(error.code ?? '');

/** `any` after `any` (and `existing` after `existing`) on one stream cannot conflict, so they share a batch. */
const mergeable = (group: Group, request: Request): boolean =>
  exactVersion(group.stream.expected) === null &&
  group.stream.expected === request.stream.expected &&
  group.events + request.stream.events.length <= MAX_BATCH_EVENTS;

const unitOf = (group: Group): Unit => ({
  streamName: group.stream.streamName,
  expected: group.stream.expected,
  parts: group.requests.map(({ append, stream }) => ({
    events: stream.events,
    metadata: append.metadata,
    key: append.key,
  })),
});

const settle = (group: Group, base: bigint): void => {
  let version = base;
  for (const { append, stream, resolve } of group.requests) {
    resolve(outcomeOf(append, [version]));
    version += BigInt(stream.events.length);
  }
};
