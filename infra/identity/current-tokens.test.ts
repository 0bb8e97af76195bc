import { decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentTokens } from './current-tokens.ts';
import { newSigningKeyPem } from './signing-key.ts';

const SESSION = { userId: 'user-1', sessionId: 's', generation: 0 };
const names = { issuer: 'iama', audience: 'iama-api' };

let [one, two]: readonly string[] = [];
beforeAll(() => {
  [one, two] = [newSigningKeyPem(), newSigningKeyPem()];
});

/** Processes that are told the same keys, each with a clock of its own. */
const fleet = () => {
  const told = { pems: [one ?? ''], error: null as Error | null, asked: 0 };
  const process = () => {
    const clock = { now: Date.parse('2026-11-22T10:00:00Z') };
    const pems = async (): Promise<readonly string[]> => {
      told.asked += 1;
      if (told.error !== null) throw told.error;
      return told.pems;
    };
    return { clock, tokens: currentTokens(pems, names, () => clock.now) };
  };
  return { told, process };
};

describe('access tokens under keys that operators name', () => {
  it('[OPS-02] [ID-03] are refused everywhere within a second when their key is taken out, also where they were remembered', async () => {
    const { told, process } = fleet();
    const { clock, tokens } = process();
    const { access_token } = await tokens.issue(SESSION);
    expect((await tokens.verify(access_token))?.userId).toBe('user-1');
    told.pems = [two ?? ''];
    clock.now += 1_001;
    expect(await tokens.verify(access_token)).toBeNull();
    expect((await tokens.jwks()).keys).toHaveLength(1);
  });

  it('[ID-03] [SEC-15] are taken after something that begins like them and is no token', async () => {
    const { process } = fleet();
    const { tokens } = process();
    const { access_token } = await tokens.issue(SESSION);
    const header = access_token.split('.')[0];
    for (const text of [`${header}.x`, `${header}.`, `${header}.a.b.c`, header ?? '']) {
      expect(await tokens.verify(text)).toBeNull();
      expect((await tokens.verify(access_token))?.userId).toBe('user-1');
    }
  });

  it('[OPS-02] are neither signed nor taken by what cannot be read: never by the keys of before', async () => {
    const { told, process } = fleet();
    const { clock, tokens } = process();
    const { access_token } = await tokens.issue(SESSION);
    told.error = new Error('a key cannot be read');
    clock.now += 1_001;
    await expect(tokens.verify(access_token)).rejects.toThrow('cannot be read');
    await expect(tokens.issue(SESSION)).rejects.toThrow('cannot be read');
    told.error = null;
    expect((await tokens.verify(access_token))?.userId).toBe('user-1');
  });

  it('[OPS-02] [OPS-13] are taken by a process that has not looked since another began to sign with a new key', async () => {
    const { told, process } = fleet();
    const [here, there] = [process(), process()];
    const old = await here.tokens.issue(SESSION);
    expect(await there.tokens.verify(old.access_token)).not.toBeNull();
    told.pems = [two ?? '', one ?? ''];
    const { access_token } = await here.tokens.issue(SESSION);
    expect(decodeProtectedHeader(access_token).kid).not.toBe(decodeProtectedHeader(old.access_token).kid);
    expect((await there.tokens.verify(access_token))?.userId).toBe('user-1');
    expect(await there.tokens.verify(old.access_token)).not.toBeNull();
    const served = JSON.stringify(await there.tokens.jwks());
    expect((await there.tokens.jwks()).keys).toHaveLength(2);
    expect(served).not.toContain('"d"');
  });

  it('[OPS-02] [SEC-15] are looked up once a second and not for each request, and what is no token never', async () => {
    const { told, process } = fleet();
    const { tokens } = process();
    const { access_token } = await tokens.issue(SESSION);
    await tokens.verify(access_token);
    const before = told.asked;
    for (const text of [access_token, access_token, 'nonsense', 'a.b.c', '']) await tokens.verify(text);
    expect(told.asked).toBe(before);
    // Names a key that nobody has: at most one question is asked, and one waits, however many come.
    const forged = `${Buffer.from('{"alg":"RS256","kid":"x"}').toString('base64url')}.e30.c2ln`;
    const answers = await Promise.all(Array.from({ length: 100 }, () => tokens.verify(forged)));
    expect(new Set(answers)).toEqual(new Set([null]));
    expect(told.asked - before).toBeLessThanOrEqual(2);
  });
});
