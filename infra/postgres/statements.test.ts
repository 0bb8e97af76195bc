import pg from 'pg';
import { expect, it } from 'vitest';
import { takeStatements } from './statements.ts';

const NAMED = { name: 'one', text: 'select $1', values: [1] };
const heard = (): undefined => undefined;

/** What pg itself is asked, once a session takes its statements. */
const asked = (prepared: boolean, ...given: readonly unknown[]): readonly unknown[] => {
  const client = new pg.Client();
  let arrived: readonly unknown[] = [];
  Object.defineProperty(client, 'query', {
    configurable: true,
    value: (...all: readonly unknown[]) => {
      arrived = all;
    },
  });
  takeStatements(client as unknown as pg.PoolClient, prepared);
  Reflect.apply(client.query, client, given);
  return arrived;
};

it('[ES-02] a statement of the pool reaches pg as its own query object, which it does not copy', () => {
  const [query, ...rest] = asked(true, NAMED, undefined, heard);
  expect(query).toBeInstanceOf(pg.Query);
  expect(query).toMatchObject(NAMED);
  expect(rest).toEqual([undefined, heard]);
  expect(asked(false, NAMED, undefined, heard)[0]).toMatchObject({ ...NAMED, name: undefined });
});

it.each([
  ['whoever holds the session, for whom pg makes a promise', [NAMED]],
  ['values beside it', [NAMED, [2], heard]],
  ['what it names besides', [{ ...NAMED, rowMode: 'array' }, undefined, heard]],
  ['a text', ['select 1', undefined, heard]],
  ['a query object', [new pg.Query('select 1'), undefined, heard]],
])('[ES-02] it is left as it was given for %s', (_, given) => {
  expect(asked(true, ...given)[0]).toBe(given[0]);
});
