/** How a program is run on the person's machine: natively or in a container; this folder does not know which. */
export type ProcessOptions = Readonly<{
  cwd: string;
  /** Added to the environment that the runner gives; nothing of the person's own environment is implied. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Output beyond this is dropped. */
  maxOutputBytes: number;
}>;

export type ProcessResult = Readonly<{
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}>;

export type ProcessRunner = (
  command: string,
  args: readonly string[],
  options: ProcessOptions,
) => Promise<ProcessResult>;
