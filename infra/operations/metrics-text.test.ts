import { describe, expect, it } from 'vitest';
import type { SystemHealth } from '../../read-api/kernel/health.ts';
import { metricsText } from './metrics-text.ts';

const health: SystemHealth = {
  head: 12,
  unnumbered: { events: 2, oldestSeconds: 0.5 },
  oldestTransactionSeconds: 3,
  workers: 1,
  subscriptions: [
    { subscription: 'read "a"\\', partitions: 8, unheld: 1, lag: 4, retrying: 5, parked: 6, deferred: 7 },
  ],
  queues: [{ task: 'timer', waiting: 1, due: 2, running: 3, failed: 4 }],
  commandsWaiting: 8,
  rejectedCommands: 9,
  halts: { everybody: true, people: 3 },
  jobs: [{ status: 'DELIVERED', count: 10 }],
  modelCalls: [{ modelClass: 'L0', gateway: 'recipe', model: 'recipes', outcome: 'SUCCESS', count: 13 }],
  breakers: [
    { gateway: 'g', model: 'm', state: 'OPEN', failures: 5, waitMs: 9_000, fault: 'GATEWAY_KEY_REJECTED' },
    { gateway: 'g', model: 'n', state: 'CLOSED', failures: 0, waitMs: 0, fault: null },
  ],
};

describe('metrics', () => {
  it('[OPS-05] are in the text format of Prometheus, labels escaped', () => {
    const text = metricsText(health, { answered: new Map([[5, 2]]), streams: 11 });
    for (const line of [
      'iama_log_head 12',
      'iama_sequencer_lag_events 2',
      'iama_sequencer_lag_seconds 0.5',
      'iama_oldest_transaction_seconds 3',
      'iama_subscription_lag_events{subscription="read \\"a\\"\\\\"} 4',
      'iama_dead_letters_parked{subscription="read \\"a\\"\\\\"} 6',
      'iama_queue_jobs{task="timer",state="failed"} 4',
      'iama_spending_halts{of="everybody"} 1',
      'iama_spending_halts{of="people"} 3',
      'iama_jobs_of_a_day{status="DELIVERED"} 10',
      'iama_model_calls_of_a_day{class="L0",gateway="recipe",model="recipes",outcome="SUCCESS"} 13',
      'iama_model_breaker_state{gateway="g",model="m"} 2',
      'iama_model_breaker_state{gateway="g",model="n"} 0',
      'iama_model_route_fault{gateway="g",model="m",code="GATEWAY_KEY_REJECTED"} 1',
      'iama_http_answers_total{class="5xx"} 2',
      'iama_sse_connections 11',
    ])
      expect(text.split('\n')).toContain(line);
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) iama_\w+ .+|iama_\w+(\{\w+="([^"\\]|\\.)*"(,\w+="([^"\\]|\\.)*")*\})? -?[\d.]+)$/,
      );
    expect(text).not.toContain('iama_model_route_fault{gateway="g",model="n"');
    expect(text.endsWith('\n')).toBe(true);
  });
});
