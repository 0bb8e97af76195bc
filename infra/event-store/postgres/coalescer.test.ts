import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { storedNothing } from './coalescer.ts';

const answer = (code: string, severity: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError('Fehler', 1, 'error'), { code, severity });

describe('errors of a shared statement', () => {
  it.each(['57P01', '57P02', '08006', '53100', '58030', 'XX000'])(
    '[ES-03] %s leaves open what was stored',
    (code) => {
      expect(storedNothing(answer(code, 'SCHWERWIEGEND'))).toBe(false);
    },
  );

  it('[ES-03] a lost connection leaves it open too', () => {
    expect(storedNothing(new Error('Connection terminated unexpectedly'))).toBe(false);
    expect(storedNothing(answer('', 'FEHLER'))).toBe(false);
  });

  it.each(['23505', '40001', '40P01', '57014', '22P05'])(
    '[ES-04] %s stored nothing, in whatever language the server says so',
    (code) => {
      for (const severity of ['ERROR', 'FEHLER', 'ERREUR'])
        expect(storedNothing(answer(code, severity))).toBe(true);
    },
  );
});
