import { z } from 'zod';
import { processHealth } from '../kernel/health.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';

const count = z.int();
const seconds = z.number();

export const getHealth = jsonQuery({
  name: 'GetHealth',
  access: 'ADMIN',
  path: '/admin/health',
  summary: 'Figures of the whole installation',
  query: z.object({}),
  answer: z.object({
    head: count,
    unnumbered: z.object({ events: count, oldest_seconds: seconds }),
    oldest_transaction_seconds: seconds,
    workers: count,
    subscriptions: z.array(
      z.object({
        subscription: z.string(),
        partitions: count,
        unheld: count,
        lag: count,
        retrying: count,
        parked: count,
        deferred: count,
      }),
    ),
    queues: z.array(
      z.object({ task: z.string(), waiting: count, due: count, running: count, failed: count }),
    ),
    commands_waiting: count,
    rejected_commands: count,
    halts: z.object({ everybody: z.boolean(), people: count }),
    jobs: z.array(z.object({ status: z.string(), count })),
    model_calls: z
      .array(
        z.object({
          model_class: z.string(),
          gateway: z.string(),
          model: z.string(),
          outcome: z
            .string()
            .describe('Why it is not charged, SUCCESS, or UNDECIDED while work is under way'),
          count,
        }),
      )
      .describe('Calls of models that were answered within a day, by their route'),
    breakers: z
      .array(
        z.object({
          gateway: z.string(),
          model: z.string(),
          state: z.enum(['CLOSED', 'OPEN', 'HALF_OPEN']),
          failures: count.describe('Calls in a row that nobody answered'),
          wait_ms: count.describe('Until the route is tried again; 0 unless it is open'),
          fault: z
            .string()
            .nullable()
            .describe(
              'What an operator has to mend: GATEWAY_KEY_REJECTED, GATEWAY_ACCOUNT_UNPAID or GATEWAY_ROUTE_UNKNOWN; null: nothing',
            ),
        }),
      )
      .describe('Routes to models that were asked within an hour: OPEN ones are not asked'),
    process: z
      .object({ answers: count, server_errors: count, error_rate: z.number(), sse_connections: count })
      .describe(
        'Of the process that answers alone, since its start; `error_rate` is that of 5xx, from 0 to 1',
      ),
  }),
  run: async (_request, { health, figures }) =>
    snakeKeys({ ...(await health()), process: processHealth(figures()) }),
});
