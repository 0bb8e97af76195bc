import { describe, expect, it } from 'vitest';
import { secretsByFormat } from './secrets.ts';

const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const kindsIn = (text: string) => secretsByFormat('a.js', text).map(({ line, kind }) => [line, kind]);

describe('secrets by their format', () => {
  it('[CTX-02] are found behind an escape within quotes, and not in the middle of a word', () => {
    expect(kindsIn(`one\nlog("a\\n${TOKEN}")`)).toEqual([[2, 'GitHub token']]);
    expect(kindsIn(`one${TOKEN}`)).toEqual([]);
  });

  it('[CTX-02] [ID-03] are our own tokens too', () => {
    for (const prefix of ['iama_pat', 'iama_adm'])
      expect(kindsIn([prefix, 'Zm9vYmFyZm9vYmFyZm9v'].join('_'))).toEqual([[1, 'IAMA token']]);
    expect(kindsIn('iama_pat_...')).toEqual([]);
  });

  it('[CTX-02] are signed tokens wherever they begin', () => {
    const token = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N'].join('.');
    for (const before of ['', 'Bearer ', 'session-', 'eyJ-eyJ-'])
      expect([before, kindsIn(before + token)]).toEqual([before, [[1, 'signed token']]]);
    expect(kindsIn(token.slice(0, -5))).toEqual([]);
  });

  it('[SEC-15] [CTX-02] are looked for in a long line once: one that began many times held the process for minutes', () => {
    const began = performance.now();
    for (const piece of ['eyJ-', 'eyJ', '-----BEGIN ', 'SG.', 'AccountKey=', 'iama_pat_'])
      expect([piece, kindsIn(piece.repeat(30_000))]).toEqual([
        piece,
        piece === 'iama_pat_' ? [[1, 'IAMA token']] : [],
      ]);
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
