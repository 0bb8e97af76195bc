import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountStream } from '../../../domain/billing/account.ts';
import type { TicketOpened } from '../../../domain/operations/ticket.ts';
import { sendTicketReactor } from '../../../processors/operations/send-ticket.reactor.ts';
import type { ArtifactStore } from '../../../processors/refactoring/artifacts.port.ts';
import { smtpMailer } from '../../mail/smtp-mailer.ts';
import { type SmtpInbox, startSmtpInbox } from '../../mail/testing/smtp-inbox.ts';
import { supportDesk } from '../../operations/tickets.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';

let api: TestApi;
let inbox: SmtpInbox;
let ada: TestUser;
let root: Operator;
let support: Operator;
beforeAll(async () => {
  api = await startTestApi();
  inbox = await startSmtpInbox();
  ada = await api.user();
  root = await firstOperator(api);
  support = await operator(api, root, 'SUPPORT');
});
afterAll(async () => {
  await api.close();
  await inbox.close();
});

const metadata = { category: 'JOB', client: 'CLI', system: 'LINUX', client_version: '0.1.0' };
const open = (body: object, user = ada, key = randomUUID()) =>
  api.call(user, 'POST', '/support/tickets', { body, headers: { 'idempotency-key': key } });
const opened = async (ticketId: unknown): Promise<TicketOpened['data'] | undefined> =>
  (await api.log.read<TicketOpened>(`ticket-${String(ticketId)}`)).events[0]?.data;
const allow = (by: Operator, user: TestUser, allowed = true) =>
  api.call(by, 'POST', `/admin/support/context/${user.userId}`, { body: { allowed, reason: 'incident 12' } });
const enterprise = async (): Promise<TestUser> => {
  const user = await api.user();
  const id = randomUUID();
  const at = new Date().toISOString();
  await api.log.append(
    [
      {
        streamName: accountStream(user.userId),
        expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
        events: [
          { type: 'TierAssigned', data: { userId: user.userId, tier: 'ENTERPRISE', reason: 'sold', at } },
        ],
      },
    ],
    { context: { commandId: id, correlationId: id, causationId: id, actor: { type: 'system', id: 'test' } } },
  );
  return user;
};
const WORDS = 'It broke in clamp().\nDB_PASSWORD=hunter2\nask bob@example.org';
const said = { consent: true, text: WORDS };

describe('a ticket to support', () => {
  it('[OPS-07] takes nothing that is not listed, and no job of somebody else', async () => {
    for (const body of [
      { ...metadata, message: 'hello' },
      { ...metadata, category: 'my code is' },
      { ...metadata, client_version: 'see /home/ada' },
      { ...metadata, context: 'words' },
      { ...metadata, context: { text: 'words' } },
      { ...metadata, context: { consent: true, text: 'x'.repeat(20_001) } },
    ])
      expect([body, (await open(body)).body['code']]).toEqual([body, 'VALIDATION_FAILED']);
    const theirs = await jobScript(api, await api.user()).requested();
    expect((await open({ ...metadata, job_id: theirs })).body['code']).toBe('JOB_NOT_FOUND');
  });

  it('[OPS-07] is metadata only, of the job as the server has it, and once for one key', async () => {
    const jobId = await jobScript(api, ada).requested();
    const key = randomUUID();
    const first = await open({ ...metadata, job_id: jobId }, ada, key);
    const second = await open({ ...metadata, job_id: jobId }, ada, key);
    expect(first).toMatchObject({ status: 201, body: { mode: 'METADATA_ONLY', lines_cut_out: 0 } });
    expect(second.body).toEqual(first.body);
    const data = await opened(first.body['ticket_id']);
    expect(data).toMatchObject({ job: { jobId, status: 'PENDING', failureClass: null }, context: null });
    const list = () => api.call(support, 'GET', '/admin/support/tickets');
    await api.settled(async () =>
      JSON.stringify((await list()).body).includes(String(first.body['ticket_id'])),
    );
    for (const before of ['0000-01-01T00:00:00Z', 'yesterday'])
      expect((await api.call(support, 'GET', `/admin/support/tickets?before=${before}`)).status).toBe(422);
    const early = await api.call(support, 'GET', '/admin/support/tickets?before=2020-01-01T00:00:00Z');
    expect(early.body).toEqual({ tickets: [] });
    const { tickets } = (await list()).body as { tickets: object[] };
    expect(tickets.filter((each) => 'job_id' in each && each.job_id === jobId)).toEqual([
      expect.objectContaining({ user_id: ada.userId, mode: 'METADATA_ONLY', job_status: 'PENDING' }),
    ]);
  });

  it('[OPS-07] carries words with consent, the plan and an operator only; each decision is an event', async () => {
    const eve = await enterprise();
    const refused = { status: 403, body: { code: 'TICKET_CONTEXT_REFUSED' } };
    expect(await open({ ...metadata, context: said }, eve)).toMatchObject(refused);
    expect(await allow(support, eve)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect((await allow(root, { ...eve, userId: randomUUID() })).body['code']).toBe('USER_NOT_FOUND');
    expect((await allow(root, eve)).body).toEqual({ user_id: eve.userId, allowed: true });
    expect((await open({ ...metadata, context: { ...said, consent: false } }, eve)).body['code']).toBe(
      'TICKET_CONSENT_REQUIRED',
    );
    expect((await allow(root, ada)).status).toBe(200);
    expect(await open({ ...metadata, context: said })).toMatchObject(refused);
    const sent = await open({ ...metadata, context: said }, eve);
    expect(sent).toMatchObject({ status: 201, body: { mode: 'WITH_CONTEXT', lines_cut_out: 1 } });
    await allow(root, eve, false);
    expect(await open({ ...metadata, context: said }, eve)).toMatchObject(refused);
    const { events } = await api.log.read(`support-context-${eve.userId}`);
    const reasons = api.services.texts.open(events.map(({ data }) => data['reason']));
    expect(events.map(({ data }) => data['reason'])).not.toContain('incident 12');
    expect(events.map(({ type, metadata: { actor } }, index) => [type, reasons[index], actor])).toEqual(
      ['TicketContextAllowed', 'TicketContextWithdrawn'].map((type) => [
        type,
        'incident 12',
        { type: 'admin', id: root.userId },
      ]),
    );
  });

  it('[OPS-07] goes to support by mail, with the words as they were redacted, which no table and no event holds', async () => {
    const eve = await enterprise();
    await allow(root, eve);
    const { body } = await open({ ...metadata, context: said }, eve);
    const data = await opened(body['ticket_id']);
    if (data === undefined) throw new Error('it was not opened');
    const mailer = smtpMailer({
      ...{ host: '127.0.0.1', port: inbox.port, encryption: 'NONE', from: 'iama@example.org', login: null },
    });
    // The API is only given the half of it that writes.
    const artifacts = api.services.artifacts as ArtifactStore;
    const desk = supportDesk('support@example.org', { mailer, artifacts, texts: api.services.texts });
    const context = {
      ...{ signal: new AbortController().signal, idempotencyKey: 'k', attempt: 1 },
      cause: { messageId: 'm', correlationId: 'c', position: 1n },
    };
    await sendTicketReactor(desk).run({ type: 'SendTicket', data }, context);
    const [mail, ...more] = inbox.received;
    expect([mail?.to, more]).toEqual([['support@example.org'], []]);
    for (const part of [
      data.ticketId,
      eve.userId,
      'It broke in clamp().',
      '[cut out: it held a secret]',
      '[address]',
    ])
      expect(mail?.source).toContain(part);
    expect(mail?.source).not.toMatch(/hunter2|bob@example/);
    const { rows } = await api.pool.query(
      "select data::text as data from events where data::text like '%clamp()%'",
    );
    expect([rows, JSON.stringify(data)]).toEqual([[], expect.not.stringContaining('clamp()')]);
    const gone = { ticketId: data.ticketId, userId: eve.userId, artifactId: randomUUID() };
    expect(await desk.wordsOf(gone)).toBeNull();
  });

  it('[OPS-07] [SEC-13] loses the words of a person who is erased, whatever their age', async () => {
    const [eve, bob] = [await enterprise(), await enterprise()];
    const artifacts = api.services.artifacts as ArtifactStore;
    const { texts } = api.services;
    const desk = supportDesk(null, { mailer: { send: async () => undefined }, artifacts, texts });
    const words = async (user: TestUser) => {
      await allow(root, user);
      const { body } = await open({ ...metadata, context: said }, user);
      const ticketId = String(body['ticket_id']);
      const artifactId = (await opened(ticketId))?.context?.artifactId ?? '';
      const row = 'select 1 from read.support_ticket_logs where ticket_id = $1';
      await api.settled(async () => (await api.pool.query(row, [ticketId])).rows.length === 1);
      const copy = Buffer.from(await artifacts.get({ jobId: ticketId, artifactId })).toString('utf8');
      return { read: () => desk.wordsOf({ ticketId, userId: user.userId, artifactId }), copy };
    };
    const [hers, his] = [await words(eve), await words(bob)];
    const whole = expect.stringContaining('It broke in clamp().');
    expect([await hers.read(), texts.open(hers.copy, eve.userId)]).toEqual([whole, whole]);
    expect(hers.copy).not.toContain('clamp()');
    await api.services.erasure.erase(eve.userId);
    expect([await hers.read(), await his.read()]).toEqual([null, whole]);
    // As from a backup of the folder, which was made before.
    expect(texts.open(hers.copy, eve.userId)).toBe('[erased]');
  });
});
