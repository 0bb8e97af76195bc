/** Clients of the HTTP API: each asks for jobs under idempotency keys, again and again until it is answered. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call } from './http-call.ts';
import { Journal } from './journal.ts';
import type { HttpClientSettings, HttpEntry, JobRequest } from './protocol.ts';
import { type Random, seededRandom } from './random.ts';

class HttpClientProcess {
  readonly #settings: HttpClientSettings;
  readonly #journal: Journal<HttpEntry>;
  readonly #random: Random;
  readonly #incarnation = randomUUID().slice(0, 8);
  readonly #before: readonly HttpEntry[];
  #token = '';
  #count = 0;
  #stopping = false;

  constructor(settings: HttpClientSettings) {
    this.#settings = settings;
    this.#journal = new Journal(settings.journal);
    this.#before = this.#journal.recover();
    this.#random = seededRandom(settings.seed + this.#before.length);
  }

  async run(): Promise<void> {
    process.once('SIGTERM', () => {
      this.#stopping = true;
    });
    await this.#signIn();
    writeFileSync(this.#settings.readyFile, '{}');
    // Requests whose answer died with the process before.
    const again = unanswered(this.#before).map((request) => this.#settle(request));
    await Promise.all([...again, ...Array.from({ length: this.#settings.clients }, () => this.#client())]);
  }

  async #client(): Promise<void> {
    while (!this.#stopping) {
      const id = `${this.#settings.name}-${this.#incarnation}-${this.#count}`;
      this.#count += 1;
      const request: JobRequest = { id, key: `key-${id}` };
      this.#journal.write({ kind: 'sent', request });
      // Some press the button twice, some ask again later.
      const twice = this.#random.chance(0.1);
      await Promise.all([this.#settle(request), ...(twice ? [this.#settle(request)] : [])]);
      if (this.#random.chance(0.1)) await this.#settle(request);
      await sleep(this.#random.below(60));
    }
  }

  /** Sends until there is an answer, each time to any of the servers. */
  async #settle({ id, key }: JobRequest): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#call('/jobs', { goal: 'FREE_TEXT', goal_text: id, title: id }, key);
      if (answer?.status === 201)
        return this.#journal.write({
          kind: 'acked',
          id,
          jobId: String(answer.body['job_id']),
          replayed: answer.replayed,
        });
      if (answer?.status === 401) await this.#signIn();
      else if (answer !== null && answer.status < 500)
        return this.#journal.write({
          kind: 'violation',
          id,
          what: `answered ${answer.status} ${String(answer.body['code'])}`,
        });
      await sleep(Math.min(1_000, 50 * attempt) + this.#random.below(100));
    }
  }

  /** One account for all incarnations of this process: a key belongs to its user. */
  async #signIn(): Promise<void> {
    const account = {
      email: `${this.#settings.name}-${this.#settings.seed}@example.org`,
      password: 'correct horse battery',
    };
    for (;;) {
      // Registering answers that the address is taken when an answer was lost.
      for (const path of ['/auth/login', '/auth/register']) {
        const answer = await this.#call(path, account, null);
        const token = answer?.body['access_token'];
        if (typeof token !== 'string') continue;
        this.#token = token;
        return;
      }
      await sleep(250);
    }
  }

  #call(path: string, body: object, key: string | null): Promise<Answer | null> {
    const url = `http://127.0.0.1:${this.#random.pick(this.#settings.ports)}`;
    const note = (line: string) => process.stderr.write(`${line}\n`);
    return call(url, { method: 'POST', path, token: this.#token, key, body }, note);
  }
}

const unanswered = (entries: readonly HttpEntry[]): readonly JobRequest[] => {
  const open = new Map<string, JobRequest>();
  for (const entry of entries) {
    if (entry.kind === 'sent') open.set(entry.request.id, entry.request);
    else open.delete(entry.id);
  }
  return [...open.values()];
};

await new HttpClientProcess(JSON.parse(process.argv[2] ?? '{}')).run();
