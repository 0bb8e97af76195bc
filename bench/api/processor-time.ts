import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;

/**
 * Processor time that a process has used, user and system, in microseconds (proc(5), fields 14 and 15); NaN where the
 * system does not tell. Other programs on the machine disturb it far less than they disturb latencies.
 */
export const processorTime = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
  } catch {
    return Number.NaN;
  }
};
