import type { ProcessRunner } from './process-runner.ts';

/** Every process gets what is left of the whole at its start, in milliseconds, where that is less than its own limit. */
export const withinTime =
  (run: ProcessRunner, timeLeft: () => number): ProcessRunner =>
  (command, args, options) =>
    run(command, args, { ...options, timeoutMs: Math.max(1, Math.min(options.timeoutMs, timeLeft())) });
