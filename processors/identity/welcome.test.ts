import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { EmailVerified } from '../../domain/identity/user.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { firstAttempt } from '../../domain/kernel/reactor-context.ts';
import { sendWelcomeReactor } from './send-welcome.reactor.ts';
import { type SendWelcome, welcome } from './welcome.ts';

const data = { userId: 'u', at: '2026-11-20T10:00:00.000Z' };
const verified: EmailVerified = { type: 'EmailVerified', data };
const effect: SendWelcome = { type: 'SendWelcome', data };

/** Who is written to at that moment. */
const greetedAt = async (moment: string): Promise<readonly string[]> => {
  const sent: string[] = [];
  const mails = {
    send: async (userId: string, { text }: Readonly<{ text: string }>) => {
      expect(text).toContain('iama run .');
      sent.push(userId);
    },
  };
  const reactor = sendWelcomeReactor(mails, () => new Date(moment));
  expect(await reactor.run(effect, firstAttempt())).toEqual([]);
  return sent;
};

describe('the mail that greets a person', () => {
  it('[OPS-09] is asked for once, when the address is proven', () => {
    expect(welcome.handles).toEqual(['EmailVerified']);
    processManagerSpecification(welcome, deepStrictEqual)()
      .when(recorded(verified))
      .then({ kind: 'effect', key: 'mail', effect });
  });

  it('[OPS-09] is sent while that is news, and to nobody who came long ago', async () => {
    expect(await greetedAt('2026-11-20T10:00:01.000Z')).toEqual(['u']);
    expect(await greetedAt('2026-11-27T10:00:00.000Z')).toEqual(['u']);
    expect(await greetedAt('2026-11-27T10:00:00.001Z')).toEqual([]);
  });
});
