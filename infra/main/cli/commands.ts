import type { Command } from 'commander';

type Room = Readonly<{
  /** First words of the command lines that it takes. */
  names: readonly string[];
  register: (program: Command) => Promise<void>;
}>;

/** In the order of the help. */
const ROOMS: readonly Room[] = [
  {
    names: ['dead-letters'],
    register: async (program) =>
      (await import('./dead-letter-commands.ts')).registerDeadLetterCommands(program),
  },
  {
    names: ['admin'],
    register: async (program) => (await import('./operator-commands.ts')).registerOperatorCommands(program),
  },
  {
    names: ['finance'],
    register: async (program) => (await import('./finance-commands.ts')).registerFinanceCommands(program),
  },
  {
    names: ['store'],
    register: async (program) => (await import('./store-commands.ts')).registerStoreCommands(program),
  },
  {
    names: ['erase-subject'],
    register: async (program) => (await import('./erase-commands.ts')).registerEraseCommand(program),
  },
  {
    names: ['mails'],
    register: async (program) => (await import('./mail-commands.ts')).registerMailCommand(program),
  },
  {
    names: ['audit', 'replay'],
    register: async (program) => {
      const audit = program.command('audit').description('look into the log of events');
      (await import('./tree-commands.ts')).registerTreeCommands(audit);
      (await import('./audit-commands.ts')).registerAuditCommands(program, audit);
    },
  },
];

/**
 * `iama audit` and `iama replay` (OPS-06), `iama dead-letters` (ES-11), `iama admin` (OPS-01), `iama finance` (BIL-14),
 * `iama store` (ES-05), `iama erase-subject` (ES-13) and `iama mails` (OPS-09), on the database of `IAMA_DATABASE_URL` or of
 * the data folder.
 * @param name the first word of the command line; only its room is loaded, as to load all takes longer than most commands.
 *   All rooms where it names none of them
 */
export const registerServerCommands = async (program: Command, name?: string): Promise<void> => {
  const named = ROOMS.filter(({ names }) => name !== undefined && names.includes(name));
  for (const { register } of named.length === 0 ? ROOMS : named) await register(program);
};
