import type { Decider } from './decider.ts';
import { fold } from './decider.ts';
import type { Command, Event } from './message.ts';
import { Rejection } from './rejection.ts';

/**
 * given/when/then for deciders. Stricter than emmett's `DeciderSpecification`: order, count and every field of the
 * events must match, and a rejection is matched by code and, where given, by data.
 *
 * `equal` is the assertion of the test runner (`assert.deepStrictEqual`), passed in so that the kernel imports nothing.
 */
export const specificationFor =
  <State, C extends Command, E extends Event>(
    decider: Decider<State, C, E>,
    equal: (actual: unknown, expected: unknown) => void,
  ) =>
  (...given: readonly E[]) => ({
    when: (command: C) => {
      const outcome = (): { events: E[] } | { rejected: Rejection } => {
        try {
          return { events: decider.decide(command, fold(decider, given)) };
        } catch (error) {
          if (error instanceof Rejection) return { rejected: error };
          throw error;
        }
      };
      return {
        then: (...expected: readonly E[]): State => {
          const result = outcome();
          if ('rejected' in result) throw result.rejected;
          equal(result.events, [...expected]);
          return fold(decider, [...given, ...result.events]);
        },
        thenNothing: (): void => equal(outcome(), { events: [] }),
        thenRejected: (code: string, data?: Rejection['data']): void => {
          const result = outcome();
          if ('events' in result) {
            equal(result.events, `rejection ${code}`);
            return;
          }
          equal(result.rejected.code, code);
          if (data !== undefined) equal(result.rejected.data, data);
        },
      };
    },
  });
