import { Worker } from 'node:worker_threads';
import type { Json } from '../../../domain/kernel/message.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { hasCode } from '../../error-code.ts';
import { RECIPE_LIMITS, type RecipeLimits } from './limits.ts';
import type { RecipeQuestion } from './question.ts';

type Reply = Readonly<{ output: Json } | { error: string }>;

/** A type checker on a large project needs more than the default, and must not take the process with it. */
const MEMORY_MB = 2_048;

const timeout = (stage: RecipeQuestion['stage'], limitMs: number): Rejection =>
  new Rejection('RECIPE_TIMEOUT', `The recipe gave no answer within ${Math.ceil(limitMs / 1_000)} s.`, {
    stage,
    limitMs,
  });

/** What a thread died of. To try the same again would end the same way where it ran out of memory. */
const cause = (error: unknown, memoryMb: number): unknown =>
  hasCode(error, 'ERR_WORKER_OUT_OF_MEMORY')
    ? new Rejection('RECIPE_OUT_OF_MEMORY', `The recipe needs more than ${memoryMb} MB for this project.`)
    : error;

export type RecipeThreadOptions = Readonly<{ limits?: RecipeLimits; memoryMb?: number; script?: URL }>;

/**
 * Worker threads for recipes, so that heartbeats and streams of this process never wait for a compiler. A thread is kept
 * for the next question, because a warm compiler is several times faster; one that is aborted, or takes longer than its
 * stage may, is terminated.
 */
export class RecipeThreads {
  readonly #script: URL;
  readonly #limit: number;
  readonly #limits: RecipeLimits;
  readonly #memoryMb: number;
  readonly #idle: Worker[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  /** `limit` threads at most, each with `memoryMb` for its compiler. */
  constructor(limit: number, options: RecipeThreadOptions = {}) {
    this.#limit = limit;
    this.#limits = options.limits ?? RECIPE_LIMITS;
    this.#memoryMb = options.memoryMb ?? MEMORY_MB;
    this.#script = options.script ?? new URL('./thread.ts', import.meta.url);
  }

  /**
   * Throws the reason of the signal when it is aborted, at once, and `Rejection` RECIPE_TIMEOUT or RECIPE_OUT_OF_MEMORY
   * where the recipe is too much for this project.
   */
  async run(question: RecipeQuestion, signal: AbortSignal): Promise<Json> {
    signal.throwIfAborted();
    await this.#turn(signal);
    try {
      return await this.#ask(this.#idle.pop() ?? this.#start(), question, signal);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#busy < this.#limit) {
      this.#busy += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        this.#busy += 1;
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(go);
    });
  }

  #start(): Worker {
    return new Worker(this.#script, { resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb } });
  }

  /** Keeps the thread for the next question; it must not keep the process alive, and is forgotten should it end. */
  #rest(worker: Worker): void {
    const forget = (): void => {
      const index = this.#idle.indexOf(worker);
      if (index >= 0) this.#idle.splice(index, 1);
    };
    worker.once('error', forget);
    worker.once('exit', forget);
    worker.unref();
    this.#idle.push(worker);
  }

  #ask(worker: Worker, question: RecipeQuestion, signal: AbortSignal): Promise<Json> {
    worker.removeAllListeners();
    return new Promise((resolve, reject) => {
      const limitMs = this.#limits[question.stage];
      const timer = setTimeout(() => fail(timeout(question.stage, limitMs)), limitMs);
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        worker.removeAllListeners();
        end();
      };
      const fail = (error: unknown): void =>
        settle(() => {
          // Its state is unknown: the next question gets a new thread.
          worker.on('error', () => undefined);
          worker.terminate().finally(() => reject(cause(error, this.#memoryMb)));
        });
      const abort = (): void => fail(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      worker.once('error', fail);
      worker.once('exit', (code) => fail(new Error(`the recipe thread ended with code ${code}`)));
      worker.once('message', (reply: Reply) => {
        if ('error' in reply) return fail(new Error(`the recipe failed: ${reply.error}`));
        settle(() => {
          this.#rest(worker);
          resolve(reply.output);
        });
      });
      worker.ref();
      worker.postMessage(question);
    });
  }
}
