import type { ProcessFigures, SystemHealth } from '../../read-api/kernel/health.ts';

type Sample = Readonly<{ labels?: Readonly<Record<string, string>>; value: number }>;
type Metric = Readonly<{ name: string; type: 'gauge' | 'counter'; help: string; samples: readonly Sample[] }>;

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const line = (name: string, { labels = {}, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
};

const gauge = (name: string, help: string, ...samples: readonly Sample[]): Metric => ({
  name,
  type: 'gauge',
  help,
  samples,
});

const BREAKER_STATES: readonly SystemHealth['breakers'][number]['state'][] = ['CLOSED', 'HALF_OPEN', 'OPEN'];

const ofSubscriptions = ({ subscriptions }: SystemHealth): Metric[] => {
  const each = (name: string, help: string, value: (of: (typeof subscriptions)[number]) => number): Metric =>
    gauge(
      name,
      help,
      ...subscriptions.map((of) => ({ labels: { subscription: of.subscription }, value: value(of) })),
    );
  return [
    each(
      'iama_subscription_lag_events',
      'Events between the head and the slowest partition',
      ({ lag }) => lag,
    ),
    each('iama_subscription_unheld_partitions', 'Partitions that nobody holds', ({ unheld }) => unheld),
    each('iama_dead_letters_retrying', 'Events that are tried again', ({ retrying }) => retrying),
    each('iama_dead_letters_parked', 'Events that wait for an operator', ({ parked }) => parked),
    each('iama_deferred_events', 'Events that wait behind a dead letter', ({ deferred }) => deferred),
  ];
};

const ofQueues = ({ queues }: SystemHealth): Metric =>
  gauge(
    'iama_queue_jobs',
    'Effects, timers and commands in the queue',
    ...queues.flatMap(({ task, ...counts }) =>
      Object.entries(counts).map(([state, value]) => ({ labels: { task, state }, value })),
    ),
  );

const ofTheProcess = ({ answered, streams }: ProcessFigures): Metric[] => [
  {
    name: 'iama_http_answers_total',
    type: 'counter',
    help: 'Answers of this process by class of status; 5xx over all is the error rate',
    samples: [...answered].map(([digit, value]) => ({ labels: { class: `${digit}xx` }, value })),
  },
  gauge('iama_sse_connections', 'Open streams of this process', { value: streams }),
];

/** The text format of Prometheus, version 0.0.4 (OPS-05). */
export const metricsText = (health: SystemHealth, figures: ProcessFigures): string => {
  const { unnumbered, jobs, modelCalls } = health;
  const metrics = [
    gauge('iama_log_head', 'Position of the newest event', { value: health.head }),
    gauge('iama_sequencer_lag_events', 'Events without a position', { value: unnumbered.events }),
    gauge('iama_sequencer_lag_seconds', 'How long the first of them waits', {
      value: unnumbered.oldestSeconds,
    }),
    gauge('iama_oldest_transaction_seconds', 'The oldest open transaction', {
      value: health.oldestTransactionSeconds,
    }),
    gauge('iama_workers', 'Worker processes that are alive', { value: health.workers }),
    gauge('iama_commands_waiting', 'Commands of processes not yet decided', {
      value: health.commandsWaiting,
    }),
    gauge('iama_commands_rejected', 'Commands of processes that were refused', {
      value: health.rejectedCommands,
    }),
    gauge(
      'iama_spending_halts',
      'Halts of spending that last: 1 where it is halted for everybody, and people by themselves',
      { labels: { of: 'everybody' }, value: Number(health.halts.everybody) },
      { labels: { of: 'people' }, value: health.halts.people },
    ),
    gauge(
      'iama_jobs_of_a_day',
      'Jobs that changed within a day, by status',
      ...jobs.map(({ status, count }) => ({ labels: { status }, value: count })),
    ),
    gauge(
      'iama_model_calls_of_a_day',
      'Answered calls of models within a day, by their route and what they came to',
      ...modelCalls.map(({ modelClass, gateway, model, outcome, count }) => ({
        labels: { class: modelClass, gateway, model, outcome },
        value: count,
      })),
    ),
    gauge(
      'iama_model_breaker_state',
      'Routes to models that were asked lately: 0 asked, 1 tried again, 2 not asked',
      ...health.breakers.map(({ gateway, model, state }) => ({
        labels: { gateway, model },
        value: BREAKER_STATES.indexOf(state),
      })),
    ),
    gauge(
      'iama_model_route_fault',
      'Routes to models that answer nothing until an operator mends them, by what it is: 1 each',
      ...health.breakers.flatMap(({ gateway, model, fault }) =>
        fault === null ? [] : [{ labels: { gateway, model, code: fault }, value: 1 }],
      ),
    ),
    ...ofSubscriptions(health),
    ofQueues(health),
    ...ofTheProcess(figures),
  ];
  const text = metrics.flatMap(({ name, type, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map((sample) => line(name, sample)),
  ]);
  return `${text.join('\n')}\n`;
};
