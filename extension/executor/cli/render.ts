import { printableLine } from '../../../domain/kernel/printable.ts';
import type { SseEvent } from '../api/sse.ts';
import type { DeliveryView, JobView, Proposal, SpecView } from '../api/wire.ts';
import { plural, withoutCode } from '../words.ts';
import { placesTogether } from './places.ts';

/** How things look to a person at a terminal. Pure: values in, lines out. */
const RISK_SEGMENTS = 5;
const MICRO_CREDITS = 1_000_000;

const risk = (level: number): string =>
  `${'#'.repeat(level)}${'.'.repeat(Math.max(0, RISK_SEGMENTS - level))}`;

export const credits = (micro: number): string => {
  const amount = micro / MICRO_CREDITS;
  return Number.isInteger(amount) ? String(amount) : amount.toFixed(2);
};

const cost = ({ estimate, low, high }: Proposal['credits']): string =>
  high === 0 ? 'free' : `about ${credits(estimate)} credits (${credits(low)} to ${credits(high)})`;

/** One strategy as a card; `mode` chooses the wording (JOB-10). */
export const proposalCard = (proposal: Proposal, number: number, mode: string): string => {
  const { complexity } = proposal;
  const lines = [
    `${number}  ${proposal.strategy.toLowerCase()}: ${proposal.title}`,
    `   ${mode === 'SIMPLE' ? proposal.simple : proposal.professional}`,
    `   risk [${risk(proposal.risk)}]   ${plural(proposal.files_touched.length, 'file')}   ${cost(proposal.credits)}`,
  ];
  if (mode !== 'SIMPLE') {
    lines.push(
      `   ${plural(complexity.lines, 'line')}, ${plural(complexity.functions, 'function')}, ${plural(complexity.branches, 'branch', 'branches')}`,
      ...limited(
        placesTogether(proposal.breaking_surface).map((text) => `   may break: ${text}`),
        false,
      ),
      ...proposal.dependency_compatibility.map((text) => `   dependencies: ${text}`),
    );
  }
  return lines.join('\n');
};

const MAX_ITEMS = 12;

const limited = (lines: readonly string[], all: boolean): string[] =>
  all || lines.length <= MAX_ITEMS
    ? [...lines]
    : [...lines.slice(0, MAX_ITEMS), `  and ${lines.length - MAX_ITEMS} more`];

export const specification = ({ revision, specification: spec }: SpecView, all: boolean): string => {
  const behaviour = spec.bdd.map(
    ({ given, when, then: result }) => `  given ${given}\n    when ${when}\n    then ${result}`,
  );
  const structure = placesTogether(
    spec.sdd.map(({ topic, statement }) => `  ${topic.toLowerCase()}: ${statement}`),
  );
  return [
    `Specification, revision ${revision}`,
    `Behaviour that stays (${behaviour.length})`,
    ...limited(behaviour, all),
    `Structure that is made (${structure.length})`,
    ...limited(structure, all),
  ].join('\n');
};

const CHANGE: Readonly<Record<DeliveryView['files'][number]['status'], string>> = {
  ADDED: 'new     ',
  DELETED: 'removed ',
  MODIFIED: 'changed ',
  RENAMED: 'moved   ',
};

const sizeOf = (diff: string): string => {
  const count = (sign: string): number =>
    diff.split('\n').filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).length;
  return `+${count('+')} -${count('-')}`;
};

export const deliveryList = ({ files }: DeliveryView): string =>
  files
    .map(
      ({ status, path, to, diff }) =>
        `  ${CHANGE[status]}${printableLine(path === to ? path : `${path} to ${to}`)}  ${sizeOf(diff)}`,
    )
    .join('\n');

/** What is left to do once package.json was written; null where it was not. The sources it replaces are built from now on. */
export const afterwards = ({ files }: Pick<DeliveryView, 'files'>): string | null => {
  const manifest = files.find(({ to }) => to === 'package.json');
  if (manifest === undefined) return null;
  const build = /^\+.*"npm run (build|compile)\b/mu.exec(manifest.diff)?.[1];
  const emitted =
    build === undefined ? '' : `, and npm run ${build} writes the JavaScript beside the TypeScript`;
  return `package.json has changed: npm install brings what it names now${emitted}.`;
};

const share = ({ covered, total }: Readonly<{ covered: number; total: number }>): string =>
  total === 0 ? 'all' : `${Math.round((100 * covered) / total)}% of the`;

/** What guarded a change whose baseline failed, so that the person went on without it. */
const overrideOf = ({ tests, override }: DeliveryView): string => {
  const run =
    tests.total === 0 ? 'No test was run' : `${tests.passed} of ${plural(tests.total, 'test')} pass`;
  const guarded = override?.tests ?? 0;
  const guard =
    guarded === 0
      ? 'no recorded behaviour guards this change'
      : `only ${plural(guarded, 'recorded test guards', 'recorded tests guard')} this change`;
  const why = override === null ? '' : ` (${withoutCode(override.reason)})`;
  return `No type error under --strict. ${run}; ${guard}, because the baseline was overridden${why}.`;
};

export const proofOf = (delivery: DeliveryView): string => {
  const { tests, baseline } = delivery;
  if (baseline === null) return overrideOf(delivery);
  const proof = `${tests.passed} of ${plural(tests.total, 'test')} pass, no type error under --strict.`;
  const { kept, coverage, mode } = baseline;
  const held =
    mode === 'ASSERTION'
      ? plural(kept, "of the project's own tests still passes", "of the project's own tests still pass")
      : plural(
          kept,
          'recorded behaviour of the old code still holds',
          'recorded behaviours of the old code still hold',
        );
  return `${proof} ${held}, reaching ${share(coverage.branches)} branches.`;
};

/** What a job cost; recipes use no tokens, and the ledger charges a job when it has ended. */
export const spent = ({ spend }: Pick<JobView, 'spend'>): string => {
  if (spend.tokens === 0) return 'Spent: nothing. No model was asked.';
  const used = `${plural(spend.model_calls, 'model call')}, ${plural(spend.tokens, 'token')}`;
  const charged =
    spend.micro_credits === 0
      ? 'nothing is charged yet'
      : `${credits(spend.micro_credits)} credits are charged`;
  return `Spent: ${used}; ${charged}.`;
};

const STATUS: Readonly<Record<string, string>> = {
  PENDING: 'The job is registered.',
  ANALYZING: 'Analysing the code.',
  GENERATING_ANALYSIS_REPORT: 'Writing the analysis report.',
  WAITING_STRATEGY: 'Three strategies are ready.',
  WAITING_SPEC_APPROVAL: 'The specification is ready to be approved.',
  GENERATING_TESTS: 'Writing tests that pin down what the code does now.',
  BASELINE_VALIDATION: 'Proving these tests on the untouched code, here on your machine.',
  BASELINE_VALIDATION_FAILED: 'The tests could not be proven on the untouched code.',
  REFACTORING: 'Refactoring.',
  WAITING_ESCALATION_DECISION: 'The next step needs your consent.',
  WAITING_INTERVENTION: 'The repair waits for your decision.',
  DEEP_FIX_ACTIVE: 'Deep fix: starting over from the original code, the tests and the specification.',
  USER_INTERVENING: 'You are working on it.',
  RECOVERY_PENDING: 'Giving up; making sure that nothing half done is left.',
  FALLBACK_REQUIRED: 'No attempt passed the tests.',
  FAILED: 'The job has ended without a delivery.',
};

const DELIVERY: Readonly<Record<string, string>> = {
  OFFERED: 'Delivered: the change is proven and waits for you to accept it.',
  ACCEPTED: 'Accepted.',
  APPLIED: 'Applied to your files.',
  REVERTED: 'Reverted: your files are as they were.',
};

/** Where a job stands, in a sentence; null for a state that needs none. */
export const stateLine = (status: string, deliveryPhase: string | null): string | null =>
  DELIVERY[deliveryPhase ?? ''] ?? STATUS[status] ?? null;

/** Where a job stands, in a word or two, as for a table. */
export const stateName = ({ status, delivery_phase }: Pick<JobView, 'status' | 'delivery_phase'>): string =>
  (delivery_phase ?? status).toLowerCase().replaceAll('_', ' ');

/** Why a job ended, where it has no reasons of its own. */
const FAILURE: Readonly<Record<string, string>> = {
  USER_CANCELLED: 'you cancelled the job.',
  CLIENT_DISCONNECTED: 'this machine was away for longer than the job waits for it.',
  INTERVENTION_TIMEOUT: 'nobody decided in time how to go on.',
  ABANDONED: 'you gave the job up.',
  INFRA_FAILURE: 'something failed on the side of the server.',
};

/** What a person can do about a reason, where it does not say so itself. */
const WAY_OUT: Readonly<Record<string, string>> = {
  NO_PACKAGE_JSON:
    'Give the folder that holds the package.json of this code, or make one with npm init -y and commit it.',
};

/** Reasons as a person reads them: with their place, and without the codes that stand for scripts. */
export const reasonLines = ({ reasons }: Pick<JobView, 'reasons'>): readonly string[] => [
  ...new Set(
    (reasons ?? []).map(({ code, path, line, reason }) => {
      const place = path ? `${path}${line ? `:${line}` : ''}: ` : '';
      const way = WAY_OUT[code] === undefined ? '' : ` ${WAY_OUT[code]}`;
      return place + withoutCode(reason) + way;
    }),
  ),
];

/**
 * The stable code of why there is no delivery; that of the first reason where the job was given up for one, since then nobody
 * but the answer to it "cancelled" the job.
 */
export const codeOf = ({
  status,
  failure_class,
  reasons,
}: Pick<JobView, 'status' | 'failure_class' | 'reasons'>): string => {
  const [first] = reasons ?? [];
  const own = /^([A-Z]+(?:_[A-Z]+)+): /u.exec(first?.reason ?? '')?.[1];
  const given = failure_class === 'USER_CANCELLED' ? (own ?? first?.code) : undefined;
  return given ?? failure_class ?? status;
};

/** Why there is no delivery, for a person. */
export const noDelivery = (view: Pick<JobView, 'status' | 'failure_class' | 'reasons'>): string => {
  const lines = reasonLines(view);
  const failure = FAILURE[view.failure_class ?? ''] ?? `the job is ${view.status.toLowerCase()}.`;
  if (lines.length === 0) return `No delivery: ${failure}`;
  return lines.length === 1
    ? `No delivery: ${lines[0]}`
    : ['No delivery:', ...lines.map((line) => `  ${line}`)].join('\n');
};

const fieldsOf = (data: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};

/** How an attempt ended, in words; a refusal or an exhausted recipe says why itself. */
const attemptLine = (fields: Readonly<Record<string, unknown>>): string | null => {
  const reason = String(fields['reason'] ?? '');
  if (fields['outcome'] === 'PASSED') return null;
  if (fields['outcome'] === 'FAILED') {
    return fields['failure_class'] === 'TIMEOUT_EXECUTION'
      ? 'The tests did not end in time on the changed code.'
      : 'The changed code did not pass its proof.';
  }
  return fields['failure_class'] === 'TESTS_WEAKENED'
    ? `The change was refused, because the locked tests were touched: ${reason}`
    : `There is no usable change from this attempt: ${reason}`;
};

/** Before the limit what is used of it, and at the limit that the job asks (BIL-08). */
const budgetLine = ({ threshold, spent: used, limit }: Readonly<Record<string, unknown>>): string =>
  threshold === undefined
    ? 'The next step could cost more than this job may still spend.'
    : `${threshold}% of what this job may spend is used: ${credits(Number(used))} of ${credits(Number(limit))} credits.`;

/** A line of the timeline for an event of the job; null for what is not worth a line. */
export const timelineLine = (
  { event, data }: SseEvent,
  seenHere: (executionId: string) => boolean,
): string | null => {
  const fields = fieldsOf(data);
  switch (event) {
    case 'state_change':
      return stateLine(String(fields['status']), String(fields['delivery_phase']));
    case 'log_line':
      return seenHere(String(fields['execution_id'])) ? null : `  ${fields['line']}`;
    case 'attempt_start':
      return fields['model_class'] === 'L0'
        ? 'Converting the code with the recipe, which costs nothing.'
        : `Repair ${fields['attempt']}, up to model class ${fields['model_class']}.`;
    case 'attempt_end':
      return attemptLine(fields);
    case 'heartbeat_status':
      return fields['heartbeat_status'] === 'GRACE'
        ? 'The server has not heard from this machine for a while.'
        : 'The server hears from this machine again.';
    case 'budget_warning':
      return budgetLine(fields);
    default:
      return null;
  }
};
