import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Rejection } from '../../../domain/kernel/rejection.ts';

/** What a body must bring in each window: 500 bytes a second, which the slowest line does. */
export const BODY_PACE = { windowMs: 5_000, leastBytes: 2_500 };

/** So many windows one after the other: a process that was busy itself reads late, and that is not the sender's fault. */
const SLOW_WINDOWS = 2;

type Body = { bytesRead: number; slow: number; readonly refuse: () => void };

/**
 * Ends bodies that are begun and hardly come on (RFC 9110, 15.5.9): each holds memory and a connection, and the time for a whole request
 * (`requestTimeout`) is made for large ones. One timer looks at all of them.
 */
export class BodyPace {
  readonly #open = new Map<IncomingMessage, Body>();
  readonly #limits: typeof BODY_PACE;
  readonly #timer: NodeJS.Timeout;

  constructor(limits: typeof BODY_PACE = BODY_PACE) {
    this.#limits = limits;
    this.#timer = setInterval(() => this.#look(), limits.windowMs).unref();
  }

  /** From now on until it is there, or its connection has ended. `refuse` is called once. */
  watch(request: IncomingMessage, refuse: () => void): void {
    if (request.complete) return;
    const forget = (): void => void this.#open.delete(request);
    this.#open.set(request, { bytesRead: request.socket.bytesRead, slow: 0, refuse });
    request.once('end', forget);
    request.once('close', forget);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const [request, body] of this.#open) {
      const { bytesRead } = request.socket;
      // Where we do not take what is there, nobody is slow but us.
      const waitsForUs = request.isPaused() || request.readableLength >= request.readableHighWaterMark;
      const isSlow = !request.complete && !waitsForUs && bytesRead - body.bytesRead < this.#limits.leastBytes;
      body.slow = isSlow ? body.slow + 1 : 0;
      body.bytesRead = bytesRead;
      if (body.slow < SLOW_WINDOWS) continue;
      this.#open.delete(request);
      body.refuse();
    }
  }
}

const refusal = (request: IncomingMessage, reply: FastifyReply) => (): void => {
  // Whoever reads the body hears of it as of any other end of it, and answers; where nobody does yet, there is nobody to ask.
  if (request.listenerCount('error') === 0) {
    request.destroy();
    return;
  }
  reply.header('connection', 'close');
  request.emit(
    'error',
    new Rejection('REQUEST_TIMED_OUT', 'The body came on too slowly. Send it again on a better line.'),
  );
};

/** For the bodies of all routes. */
export const refuseSlowBodies = (app: FastifyInstance, limits: typeof BODY_PACE = BODY_PACE): void => {
  const pace = new BodyPace(limits);
  app.addHook('preParsing', async (request, reply, payload) => {
    pace.watch(request.raw, refusal(request.raw, reply));
    return payload;
  });
  app.addHook('onClose', async () => pace.stop());
};
