/** Exit codes of `iama` (EXE-07); stable, for scripts. */
export const EXIT = {
  /** Done as asked: delivered, and applied or reverted where that was asked for. */
  OK: 0,
  /** A fault of IAMA itself. */
  INTERNAL: 1,
  /** The command line is wrong. */
  USAGE: 2,
  /** The job ended without a delivery, with a reason. */
  NOT_DELIVERED: 3,
  /** Delivered, but not applied or not reverted: the files have changed, or the change was committed. */
  CONFLICT: 4,
  /** The job waits for a decision of a person and nobody is there to ask. */
  WAITING: 5,
  /** The server does not answer, or does not let us in. */
  SERVER: 6,
  /** Nothing was started: a secret, a workspace without a checkpoint, or a no of the person. */
  NOT_STARTED: 7,
  /** Detached by Ctrl-C; the job is still there. */
  DETACHED: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message for the person, and what to do next. */
export class CommandEnd extends Error {
  readonly exitCode: ExitCode;
  readonly next: string;
  /** A stable code for scripts. */
  readonly code: string;

  constructor(exitCode: ExitCode, code: string, message: string, next: string) {
    super(message);
    this.name = 'CommandEnd';
    this.exitCode = exitCode;
    this.code = code;
    this.next = next;
  }
}
