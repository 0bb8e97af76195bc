import { describe, expect, it } from 'vitest';
import { redacted, withoutSecrets } from './redact.ts';

const TOKEN = `${'ghp_'}${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const KEY = `-----BEGIN ${'RSA PRIVATE KEY'}-----\nMIIEowIBAAKCAQEA7bq\nk9dZ+3xQ\n-----END RSA PRIVATE KEY-----`;

describe('texts that leave the machine', () => {
  it('[EXE-05] [CTX-02] lose the line of a token and all lines of a key, cut short or not', async () => {
    const texts = await withoutSecrets([
      `first\ntoken: '${TOKEN}' tail\nlast`,
      `before\n${KEY}\nafter`,
      KEY.slice(0, -30),
    ]);
    expect(texts).toEqual([
      'first\n[cut out: it held a secret]\nlast',
      'before\n[cut out: it held a secret]\nafter',
      '[cut out: it held a secret]',
    ]);
  });

  it('[EXE-05] stay as they are without one, null included', async () => {
    const items = [
      { excerpt: 'AssertionError: 1 !== 2\n    at index.js:3' },
      { excerpt: null },
      { excerpt: '' },
    ];
    expect(await redacted(items)).toEqual(items);
    expect(await redacted([])).toEqual([]);
  });
});
