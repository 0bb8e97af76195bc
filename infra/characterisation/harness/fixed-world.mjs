/** Time, chance and machine as they are while behaviour is recorded: the same in every run. */
import crypto from 'node:crypto';
import os from 'node:os';

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
  replace(Object.getPrototypeOf(performance), 'now', () => state.now - FIXED_TIME + 1_000);
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

const { floor } = Math;

/** Bytes by chance: a fixed sequence from `state.bytes` on, whoever asks for them. Keys and signatures stay as they are. */
export function seedBytes(replace, state) {
  const next = () => {
    state.bytes = (Math.imul(state.bytes, 1_664_525) + 1_013_904_223) >>> 0;
    return state.bytes >>> 24;
  };
  const fill = (view) => {
    const bytes = ArrayBuffer.isView(view)
      ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      : new Uint8Array(view);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = next();
    return view;
  };
  const part = (view, offset = 0, size = undefined) => {
    const unit = view.BYTES_PER_ELEMENT ?? 1;
    const whole = ArrayBuffer.isView(view)
      ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      : new Uint8Array(view);
    fill(whole.subarray(offset * unit, size === undefined ? undefined : (offset + size) * unit));
    return view;
  };
  const given = (make) =>
    function random(...args) {
      const done = typeof args.at(-1) === 'function' ? args.pop() : null;
      const value = make(...args);
      if (done === null) return value;
      process.nextTick(done, null, value);
      return undefined;
    };
  const randomUUID = () => {
    const hex = Array.from(fill(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const randomInt = (...args) => {
    const [min, max] = args.length === 1 ? [0, args[0]] : args;
    const share = [0, 1, 2, 3, 4, 5].reduce((sum) => (sum + next()) / 256, 0);
    return min + floor(share * (max - min));
  };
  const randomBytes = (size) => fill(Buffer.alloc(size));
  for (const [name, make] of Object.entries({ randomBytes, randomInt, randomFill: part }))
    replace(crypto, name, given(make));
  replace(crypto, 'randomFillSync', part);
  replace(crypto, 'randomUUID', randomUUID);
  replace(Crypto.prototype, 'getRandomValues', fill);
  replace(Crypto.prototype, 'randomUUID', randomUUID);
}

/** Memory that is handed out as it is would hold what was there before: no two runs would agree. */
export function clearMemory(replace) {
  const { alloc } = Buffer;
  for (const name of ['allocUnsafe', 'allocUnsafeSlow']) replace(Buffer, name, (size) => alloc(size));
}

const PID = 4_242;

/** What says which machine, person or process it is: no record should, and no two runs would agree. */
export function fixMachine(replace) {
  replace(process, 'pid', PID);
  replace(process, 'ppid', PID - 1);
  replace(os, 'hostname', () => 'localhost');
  replace(os, 'networkInterfaces', () => ({}));
  replace(os, 'userInfo', () => ({
    uid: 1_000,
    gid: 1_000,
    username: 'user',
    homedir: os.homedir(),
    shell: null,
  }));
  replace(os, 'loadavg', () => [0, 0, 0]);
  replace(os, 'freemem', () => os.totalmem());
  replace(os, 'uptime', () => 1);
}
