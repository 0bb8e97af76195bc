import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Pool } from 'pg';
import * as leases from './leases.ts';
import type { LogWindow } from './log-window.ts';
import { PartitionRunner } from './partition-runner.ts';
import { pause } from './pause.ts';
import { sharing } from './sharing.ts';
import type { Report, RuntimeTimings, Subscription } from './subscription.ts';
import { messageOf } from './transient-errors.ts';

export type HostDependencies = Readonly<{
  pool: Pool;
  /** Opens the connection of the heartbeat: its own, so that no traffic can starve it. */
  connect: () => Promise<Client>;
  tail: LogWindow;
  timings: RuntimeTimings;
  report: Report;
  /** Lock names of the job workers of this process, once they run. */
  jobPools?: () => readonly string[];
  /** Called on each beat with the heartbeat connection. */
  onBeat?: (client: Client) => Promise<void>;
  /** Called after a silence longer than a lease: others may have taken this process for dead. */
  onSilence?: () => Promise<void>;
  commit?: leases.CommitFenced;
}>;

/**
 * Holds this process's share of all partitions: renews leases on its own beat, claims free partitions up to an equal share
 * among live processes, gives back what exceeds it, and runs one `PartitionRunner` per lease.
 */
export class SubscriptionHost {
  readonly workerId = `worker-${randomUUID()}`;
  readonly #deps: HostDependencies;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #runners = new Map<string, PartitionRunner>();
  readonly #stopping = new AbortController();
  #client: Client | null = null;
  /** Leases of runners that have ended, to be given back. */
  readonly #free: leases.Lease[] = [];
  #beatAt = 0;
  /** Resolved to beat at once. */
  #hurry = Promise.withResolvers<void>();
  #draining = false;
  #beating: Promise<void> | null = null;

  constructor(deps: HostDependencies) {
    this.#deps = deps;
  }

  /** Subscriptions may be added while running, for example when a new projection has been built. */
  async add(subscription: Subscription): Promise<void> {
    await leases.registerSubscription(this.#deps.pool, subscription);
    this.#subscriptions.set(subscription.id, subscription);
    this.#hurry.resolve();
  }

  start(): void {
    this.#beating ??= this.#beat();
  }

  /** Partitions held at the moment. */
  get held(): number {
    return this.#runners.size;
  }

  /** Stops claiming, lets each transaction under way finish until `deadlineMs`, gives the leases back. Beats on. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    const drained = Promise.all([...this.#runners.values()].map((runner) => this.#release(runner)));
    await Promise.race([drained, sleep(deadlineMs, undefined, { ref: false })]);
  }

  /** Drains, then stops the heartbeat: from here on this process counts as gone. */
  async stop(deadlineMs: number): Promise<void> {
    await this.drain(deadlineMs);
    this.#stopping.abort();
    await this.#beating;
    // When this fails the entry is forgotten after the time of a lease, and nobody waits for it.
    await this.#client
      ?.query('delete from runtime.workers where id = $1', [this.workerId])
      .catch((error: unknown) =>
        this.#deps.report('warn', 'leaving the list of workers failed', { error: messageOf(error) }),
      );
    await this.#disconnect();
  }

  async #beat(): Promise<void> {
    const { timings, report } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const startedAt = Date.now();
      try {
        this.#client ??= await this.#open();
        await this.#tick(this.#client);
      } catch (error) {
        if (!signal.aborted) report('warn', 'heartbeat failed, trying again', { error: messageOf(error) });
        await this.#disconnect();
      }
      const restMs = Math.max(10, timings.heartbeatMs - (Date.now() - startedAt));
      await Promise.race([pause(restMs, signal), this.#hurry.promise]);
      this.#hurry = Promise.withResolvers();
    }
  }

  async #open(): Promise<Client> {
    const client = await this.#deps.connect();
    client.on('error', () => {
      if (this.#client === client) this.#client = null;
    });
    // A paused or frozen server side must not hold the beat for ever.
    await client.query(`set statement_timeout = ${this.#deps.timings.leaseMs}`);
    return client;
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #tick(client: Client): Promise<void> {
    const { timings, onBeat, onSilence, jobPools } = this.#deps;
    const late = this.#beatAt > 0 && Date.now() - this.#beatAt > timings.leaseMs;
    const beat = {
      worker: this.workerId,
      subscriptions: this.#draining ? [] : [...this.#subscriptions.values()],
      jobPools: jobPools?.() ?? [],
      leaseMs: timings.leaseMs,
    };
    const running = [...this.#runners.values()].map(({ lease }) => lease);
    const held = await leases.renewLeases(client, beat, running);
    this.#beatAt = Date.now();
    if (late) await onSilence?.();
    for (const [key, runner] of this.#runners) if (!held.has(key)) void this.#drop(runner);
    await this.#balance(client, beat);
    await leases.forgetDeadWorkers(client, timings.leaseMs);
    await onBeat?.(client);
  }

  async #balance(client: Client, beat: leases.Beat): Promise<void> {
    const shares = await leases.fairShares(client, beat);
    const wanted = new Map<string, number>();
    for (const [id, share] of shares) {
      const own = [...this.#runners.values()].filter(({ lease }) => lease.subscription === id);
      wanted.set(id, share - own.length);
      for (const surplus of own.slice(share)) void this.#release(surplus);
    }
    for (const lease of await leases.claimLeases(client, beat, wanted)) {
      // Told to stop while the claim was under way: nobody would end its runner.
      if (this.#draining) await leases.releaseLeases(client, this.workerId, [lease]);
      else this.#begin(lease);
    }
  }

  #begin(lease: leases.Lease): void {
    const subscription = this.#subscriptions.get(lease.subscription);
    if (subscription === undefined) return;
    const { pool, tail, timings, report, commit = leases.commitFenced } = this.#deps;
    const runner = new PartitionRunner(subscription, lease, { pool, tail, timings, report, commit });
    this.#runners.set(keyOf(runner), runner);
    void runner.done.then(() => this.#release(runner));
  }

  async #release(runner: PartitionRunner): Promise<void> {
    if (!this.#runners.has(keyOf(runner))) return;
    await this.#drop(runner);
    this.#free.push(runner.lease);
    await this.#giveBack();
  }

  /** In the session of the heartbeat, so that it never waits for a renewal that waits for it. */
  readonly #giveBack = sharing(async (): Promise<void> => {
    const given = this.#free.splice(0);
    if (given.length === 0) return;
    try {
      await leases.releaseLeases(this.#client ?? this.#deps.pool, this.workerId, given);
    } catch (error) {
      // They run out by themselves.
      this.#deps.report('warn', 'giving back leases failed', {
        leases: given.length,
        error: messageOf(error),
      });
    }
  });

  async #drop(runner: PartitionRunner): Promise<void> {
    await runner.stop();
    this.#runners.delete(keyOf(runner));
  }
}

const keyOf = ({ lease }: PartitionRunner): string =>
  leases.leaseKey(lease.subscription, lease.partition, lease.token);
