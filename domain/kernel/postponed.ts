/**
 * Thrown by work that cannot go on now through no fault of its own: the runtime does it again after `ms` milliseconds, and
 * counts no failure.
 */
export class Postponed extends Error {
  readonly ms: number;

  constructor(why: string, ms: number) {
    super(why);
    this.name = 'Postponed';
    this.ms = ms;
  }
}
