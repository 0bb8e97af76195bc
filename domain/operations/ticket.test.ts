import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { redacted } from './redaction.ts';
import { requireContext, type TicketContextAllowed, ticketContext } from './ticket.ts';

const decision = { userId: 'ada', reason: 'incident 12', by: 'root', at: '2026-11-21T10:00:00.000Z' };
const allowed: TicketContextAllowed = { type: 'TicketContextAllowed', data: decision };
const given = specificationFor(ticketContext, deepStrictEqual);
const turn = (isOn: boolean) =>
  ({ type: 'SwitchTicketContext', data: { ...decision, allowed: isOn } }) as const;

describe('the words of a person in a ticket', () => {
  it('[OPS-07] are refused without consent, without the plan and without an operator who allows them', () => {
    const fine = { consent: true, tier: 'ENTERPRISE', state: { isAllowed: true } };
    expect(() => requireContext({ ...fine, consent: false })).toThrow('unless you agree');
    expect(() => requireContext({ ...fine, tier: 'MAX' })).toThrow('metadata only');
    expect(() => requireContext({ ...fine, state: { isAllowed: false } })).toThrow('metadata only');
    requireContext(fine);
  });

  it('[OPS-07] are allowed once and withdrawn once, each with who did it and why', () => {
    given().when(turn(false)).thenNothing();
    given().when(turn(true)).then(allowed);
    given(allowed).when(turn(true)).thenNothing();
    given(allowed).when(turn(false)).then({ type: 'TicketContextWithdrawn', data: decision });
  });

  it('[OPS-07] lose lines with secrets, by their form and by their name, and addresses of people', () => {
    const key = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
    const text = [
      'it broke',
      `aws ${key}`,
      '"DB_PASSWORD": "hunter2"',
      'ask ada.l+x@mail.example.org',
      'a token is missing',
    ];
    expect(redacted(text.join('\n'))).toEqual({
      text: [
        'it broke',
        '[cut out: it held a secret]',
        '[cut out: it held a secret]',
        'ask [address]',
        'a token is missing',
      ].join('\n'),
      cutOut: 2,
    });
  });

  it('[OPS-07] lose a private key with all of its lines, whole or cut short', () => {
    const [begin, end] = ['BEGIN', 'END'].map((mark) => `-----${mark} ${'PRIVATE'} KEY-----`);
    const body = 'MIIEvQIBADANBg\nkqhkiG9w0BAQEF';
    expect(redacted(`see\n${begin}\n${body}\n${end}\nthanks`)).toEqual({
      text: 'see\n[cut out: it held a secret]\nthanks',
      cutOut: 4,
    });
    expect(redacted(`${begin}\n${body}`)).toEqual({ text: '[cut out: it held a secret]', cutOut: 3 });
  });

  it('[OPS-07] [SEC-15] are looked through once, however long a line of them is', () => {
    const began = performance.now();
    const long = 'token'.repeat(20_000);
    expect(redacted(long)).toEqual({ text: long, cutOut: 0 });
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
