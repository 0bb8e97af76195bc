import { describe, expect, it } from 'vitest';
import { createLogger, reportTo } from './logger.ts';

const PASSWORD = 'correct horse battery staple';
const TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI0MiJ9.c2lnbmVkLWJ5LW5vYm9keS1hdC1hbGw';
const OPAQUE = 'q7Zk-3vX_Lw0pT9s';
const OPERATOR_TOKEN = `iama_adm_${'Zm9vYmFy'.repeat(5)}`;
const ADDRESS = 'ada.o_byron+iama@mail.example.org';
const CODE = 'const ledger = openLedger(42);';
const CANARIES = [PASSWORD, TOKEN, OPAQUE, OPERATOR_TOKEN, ADDRESS, 'ada.o_byron', CODE];

/** The real logger, what it writes, and those lines read again. */
const logging = () => {
  const written: string[] = [];
  const logger = createLogger('info', 'test', { write: (line) => written.push(line) });
  return { logger, written, lines: () => written.map((line): Record<string, unknown> => JSON.parse(line)) };
};

/** As `pg` throws it: what the database adds to the message quotes values. */
const databaseError = () =>
  Object.assign(new Error('duplicate key'), { detail: `Key (email)=(${ADDRESS})`, where: CODE });

/** What `parse` throws about a text that is not what it should be. */
const thrown = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    return error;
  }
};

describe('the lines of the logger', () => {
  it('[OPS-10] carry no password, token, address or code of the data, however deep it lies', () => {
    const { logger, written, lines } = logging();
    const secrets = { password: PASSWORD, access_token: TOKEN, connectionString: PASSWORD };
    logger.info(secrets, 'a sign-in');
    logger.info({ form: secrets }, 'a sign-in');
    logger.info({ request: { form: secrets } }, 'a sign-in');
    logger.info({ headers: { cookie: OPAQUE }, body: [CODE], req: { CODE }, res: CODE }, 'a request');
    logger.info({ request: { headers: { authorization: TOKEN }, body: CODE } }, 'a request');
    logger.child({ authorization: `Bearer ${TOKEN}` }).info({ sent: `Bearer ${TOKEN}` }, 'a request');
    logger.info({ to: `"Ada" <${ADDRESS}>`, all: [ADDRESS] }, `a mail to\n${ADDRESS}`);
    logger.info({ database: `postgres://iama:${encodeURIComponent(PASSWORD)}@127.0.0.1/iama` }, 'a database');
    for (const canary of [...CANARIES, encodeURIComponent(PASSWORD)])
      expect(written.join('')).not.toContain(canary);
    expect(lines()).toHaveLength(8);
    expect(lines()[6]).toMatchObject({ to: '"Ada" <[cut out]>', msg: 'a mail to\n[cut out]' });
    expect(lines()[7]).toMatchObject({ database: 'postgres://iama:[cut out]@127.0.0.1/iama' });
  });

  it('[OPS-10] carry none of them out of an error, its stack, and what the worker reports of it', () => {
    const { logger, written, lines } = logging();
    const errors = [
      new Error(`refused: Authorization: bearer ${OPAQUE}, ${OPERATOR_TOKEN}, ${TOKEN}`),
      new Error(`no mailbox\t${ADDRESS}\\${ADDRESS}`),
      thrown(() => JSON.parse(CODE)),
      thrown(() => JSON.parse(`{"source": ${CODE}}`)),
      databaseError(),
    ];
    for (const error of errors) {
      logger.error({ err: error }, 'request failed');
      logger.error(error);
      const message = error instanceof Error ? error.message : '';
      reportTo(logger)('warn', 'effect failed', { effect: 'ask', correlationId: 'c-1', error: message });
    }
    for (const canary of [...CANARIES, CODE.slice(0, 10)]) expect(written.join('')).not.toContain(canary);
    expect(lines()).toHaveLength(15);
    expect(lines()[2]).toMatchObject({
      effect: 'ask',
      correlationId: 'c-1',
      error: expect.stringMatching(/^refused: /),
    });
  });

  it('[OPS-10] [CTX-02] carry nothing that a project or a ticket may not hold, also behind the end of a line', () => {
    const { logger, written, lines } = logging();
    const [begin, end] = ['BEGIN', 'END'].map((mark) => `-----${mark} ${'PRIVATE'} KEY-----`);
    const secrets = [
      ['sk', 'ant', 'Zm9vYmFyZm9vYmFyZm9vYmFy'].join('-'),
      ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_'),
      ['AKIA', 'ZQ3TRBVNXAMPLEQ7'].join(''),
    ];
    for (const secret of secrets) {
      logger.error({ err: new Error(`refused: ${secret}`) }, `no\n${secret}`);
      logger.error(`a key\n${begin}\nMIIEvQ"\n${secret}\n${end}\nafter`);
      logger.error(`a key cut short ${begin}\nMIIEvQ\n`);
    }
    for (const canary of [...secrets, 'MIIEvQ']) expect(written.join('')).not.toContain(canary);
    expect(
      lines()
        .map(({ msg }) => msg)
        .slice(0, 3),
    ).toEqual(['no\n[cut out]', 'a key\n[cut out]\nafter', 'a key cut short [cut out]']);
  });

  it('[OPS-10] are one object of JSON each, with time, level and message, and leave all else as it is', () => {
    const { logger, written, lines } = logging();
    const plain = { route: '/api/v1/jobs/:id', status: 200, reqId: 'req-1', correlationId: 'job-1' };
    const texts = { path: 'node_modules/@fastify/swagger/a.js', quoted: '"a"\\\n\u0001@', said: 'x@y' };
    logger.info({ ...plain, ...texts }, 'request\nended');
    logger.warn(`${'@'.repeat(20)} \\${ADDRESS} \u0007${ADDRESS}`);
    logger.child({ reqId: 'req-2' }).error({ err: new Error('no') }, 'request failed');
    for (const line of written) expect(line).toMatch(/^\{[^\n]*\}\n$/);
    for (const line of lines())
      expect(line).toMatchObject({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: expect.any(Number),
        msg: expect.any(String),
        name: 'test',
        pid: process.pid,
      });
    expect(lines()[0]).toMatchObject({ ...plain, ...texts, level: 30, msg: 'request\nended' });
    expect(lines()[2]).toMatchObject({ reqId: 'req-2', level: 50, err: { type: 'Error', message: 'no' } });
  });
});
