/** One change that breaks a requirement, and the tests that have to notice. */
export type Mutant = Readonly<{
  /** A failing test must bear this id, or the mutant has survived. */
  requirement: string;
  path: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  project: 'unit' | 'program' | 'int';
  /** What is run of that project. */
  tests: string;
}>;

const NEVER = 'if (false)';

/** A sample: domain rules, stores, keys, the log's check and the executor, one line each. */
export const MUTANTS: readonly Mutant[] = [
  {
    requirement: 'BIL-16',
    path: 'domain/billing/periods.ts',
    find: 'if (Date.parse(at) < Date.parse(ends))',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/billing/periods',
  },
  {
    requirement: 'BIL-16',
    path: 'domain/billing/periods.ts',
    find: "if (data.reason.trim() === '')",
    replace: NEVER,
    project: 'unit',
    tests: 'domain/billing/periods',
  },
  {
    requirement: 'BIL-14',
    path: 'domain/billing/periods.ts',
    find: 'if (known !== undefined && known.manifestSha256 !== manifestSha256)',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/billing/periods',
  },
  {
    requirement: 'BIL-11',
    path: 'domain/billing/account/lots.ts',
    find: 'if (endOfA !== endOfB) return endOfA < endOfB ? -1 : 1;',
    replace: 'if (endOfA !== endOfB) return endOfA < endOfB ? 1 : -1;',
    project: 'unit',
    tests: 'domain/billing/account',
  },
  {
    requirement: 'BIL-10',
    path: 'domain/billing/account/evolve.ts',
    find: 'period: { ...period, used: period.used + microCredits },',
    replace: 'period: { ...period, used: period.used },',
    project: 'unit',
    tests: 'domain/billing',
  },
  {
    requirement: 'ID-08',
    path: 'domain/identity/user.ts',
    find: 'if (!dataProcessing || !zeroTraining)',
    replace: 'if (!dataProcessing)',
    project: 'unit',
    tests: 'domain/identity',
  },
  {
    requirement: 'ID-10',
    path: 'domain/identity/session.ts',
    find: "if (state.status === 'NONE' || state.userId !== command.data.userId)",
    replace: "if (state.status === 'NONE')",
    project: 'unit',
    tests: 'domain/identity',
  },
  {
    requirement: 'ID-05',
    path: 'domain/identity/provider-claim.ts',
    find: 'if (userId !== null)',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/identity',
  },
  {
    requirement: 'OPS-01',
    path: 'domain/operations/roster.ts',
    find: 'data: { ...data, generation: admin.generation + 1 }',
    replace: 'data: { ...data, generation: admin.generation }',
    project: 'unit',
    tests: 'domain/operations',
  },
  {
    requirement: 'OPS-02',
    path: 'domain/operations/roster.ts',
    find: 'if (!isSuper(data)) keepOneSuper(admin, state);',
    replace: '',
    project: 'unit',
    tests: 'domain/operations',
  },
  {
    requirement: 'OPS-03',
    path: 'domain/operations/configuration.ts',
    find: 'if (ifRevision !== undefined && ifRevision !== revision)',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/operations',
  },
  {
    requirement: 'OPS-04',
    path: 'domain/operations/spending.ts',
    find: 'if (isHaltedFor(state, userId))',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/operations',
  },
  {
    requirement: 'OPS-07',
    path: 'domain/operations/ticket.ts',
    find: 'if (!asked.consent)',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/operations',
  },
  {
    requirement: 'SPC-02',
    path: 'domain/refactoring/job/decide/specification.ts',
    find: 'if (spec.revisionToken !== revisionToken)',
    replace: NEVER,
    project: 'unit',
    tests: 'domain/refactoring',
  },
  {
    requirement: 'TST-03',
    path: 'domain/patching/test-report.ts',
    find: String.raw`.replace(/\b0x[0-9a-f]{6,}\b/gi, '<address>')`,
    replace: '',
    project: 'unit',
    tests: 'domain/patching',
  },
  {
    requirement: 'ES-03',
    path: 'infra/event-store/memory/memory-event-log.ts',
    find: 'if (found.bodyHash !== bodyHash) throw new IdempotencyKeyReused(key);',
    replace: '',
    project: 'unit',
    tests: 'infra/event-store/memory',
  },
  {
    requirement: 'ES-13',
    path: 'infra/erasure/subject-keys.ts',
    find: "readIfThere(pathOf(subject, 'erased')) !== null",
    replace: "readIfThere(pathOf(subject, 'erased')) === undefined",
    project: 'unit',
    tests: 'infra/erasure',
  },
  {
    requirement: 'DEL-04',
    path: 'extension/executor/delivery/revert.ts',
    find: 'if (drifted.length > 0) return',
    replace: 'if (drifted.length > 99) return',
    project: 'program',
    tests: 'extension/executor/delivery/revert',
  },
  {
    requirement: 'ES-07',
    path: 'infra/audit/verify-log.ts',
    find: "return found('EVENT_CHANGED', position,",
    replace: "if (position < 0n) return found('EVENT_CHANGED', position,",
    project: 'int',
    tests: 'infra/audit/verify-log',
  },
  {
    requirement: 'OPS-01',
    path: 'infra/operations/admin-tokens.ts',
    find: 'const SESSION_SECONDS = 8 * 60 * 60;',
    replace: 'const SESSION_SECONDS = 80 * 60 * 60;',
    project: 'int',
    tests: 'infra/http/operators',
  },
];
