import { InvalidConfig, readConfig } from '../config.ts';

/** What is refused of these variables, none where they are taken. */
export const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfig) return error.faults;
    throw error;
  }
};
