import { type Config, InvalidConfig, readConfig } from './config.ts';

/** The configuration of a process that starts. What is wrong with it is told in words, without a trace, and ends the process. */
export const startConfig = (): Config => {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    process.stderr.write(`${error.message}\nAll variables: docs/reference/configuration.md\n`);
    process.exit(1);
  }
};
