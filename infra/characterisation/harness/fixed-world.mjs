/** Time and chance as they are while behaviour is recorded: the same in every run. */

export const FIXED_TIME = Date.UTC(2020, 1, 3, 4, 5, 6, 789);

/**
 * Puts a value in the place of a member, where that is possible.
 * @returns the descriptor that stood there; undefined: nothing was replaced
 */
export function putInPlace(target, key, value) {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  if (descriptor === undefined || (!descriptor.configurable && !descriptor.writable)) return undefined;
  Object.defineProperty(target, key, {
    ...('value' in descriptor
      ? descriptor
      : { configurable: true, enumerable: descriptor.enumerable, writable: true }),
    value,
  });
  return descriptor;
}

/** Every clock of the process says `state.now`. `replace` is `putInPlace`, or does more with it. */
export function freezeClock(replace, state) {
  const RealDate = Date;
  const FrozenDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(
        target,
        args.length === 0 ? [state.now] : args,
        newTarget === FrozenDate ? target : newTarget,
      ),
    apply: () => new RealDate(state.now).toString(),
  });
  replace(RealDate, 'now', () => state.now);
  replace(RealDate.prototype, 'constructor', FrozenDate);
  replace(globalThis, 'Date', FrozenDate);
  replace(performance, 'now', () => state.now - FIXED_TIME + 1_000);
  const hrtime = (previous) => {
    const ms = state.now - FIXED_TIME + 1_000;
    const now = [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
    return previous === undefined ? now : [now[0] - previous[0], now[1] - previous[1]];
  };
  hrtime.bigint = () => BigInt(state.now - FIXED_TIME + 1_000) * 1_000_000n;
  replace(process, 'hrtime', hrtime);
  replace(process, 'uptime', () => 1);
  replace(
    process,
    'memoryUsage',
    Object.assign(() => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }), {
      rss: () => 0,
    }),
  );
}

/** Mulberry32: a fixed sequence from `state.seed` on. */
export function seedRandom(replace, state) {
  replace(Math, 'random', () => {
    state.seed = (state.seed + 0x6d2b79f5) >>> 0;
    let t = state.seed;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  });
}
