import { describe, expect, it } from 'vitest';
import { isCommonPassword } from './common-passwords.ts';

describe('common passwords', () => {
  it.each([
    '123qweasdzxc',
    'QWERTY123456',
    'password1234',
    '2026password!',
    'iloveyou!!!!!',
    'passwordpassword',
    'aaaaaaaaaaaaa',
    'abcabcabcabca',
    '918273645564738',
  ])('[ID-02] are refused: %s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each(['correct horse battery', 'zwei Amseln im Regen', 'x7#kQ9!mB2$vL', 'may the road rise 9'])(
    '[ID-02] are not: %s',
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );
});
