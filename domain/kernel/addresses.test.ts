import { expect, it } from 'vitest';
import { withoutAddresses } from './addresses.ts';

it('[OPS-07] [OPS-10] mail addresses are cut out in whatever letters, and what only looks like one is not', () => {
  const of = (text: string): string => withoutAddresses(text, '*');
  expect(of('ask ada.l+x@mail.example.org, "jürgen@müller.de" or <o\'neil@x.co>')).toBe('ask *, "*" or <*>');
  expect(of('node_modules/@fastify/a.js lodash@4.17.21 x@y')).toBe(
    'node_modules/@fastify/a.js lodash@4.17.21 x@y',
  );
  expect(of('{"to":"a\\nada@example.org"}')).toBe('{"to":"a\\n*"}');
});

it('[SEC-15] mail addresses are looked for in a long text once', () => {
  const long = `${'a'.repeat(1_000_000)} ${'a.'.repeat(500_000)}@`;
  const began = performance.now();
  expect(withoutAddresses(long, '*')).toBe(long);
  expect(performance.now() - began).toBeLessThan(4_000);
});
