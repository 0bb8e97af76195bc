import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient, signIn } from '../../../extension/executor/api/client.ts';
import { createHttp } from '../../../extension/executor/api/http.ts';
import type {
  ArtifactKind,
  ArtifactRef,
  Claim,
  JobView,
  Outcome,
} from '../../../extension/executor/api/wire.ts';
import { type WorkResult, workOn } from '../../../extension/executor/executor.ts';
import { type Home, openHome } from '../../../extension/executor/home/home.ts';
import { collect } from '../../../extension/executor/workspace/collect.ts';
import { inspectWorkspace, preflightOf } from '../../../extension/executor/workspace/preflight.ts';
import { type Files, writePackage } from './packages.ts';
import { until } from './product.ts';

/** Everybody's password in these tests. */
export const PASSWORD = 'correct horse battery';

/** Answer of any route, as it came. */
export type Answer = Readonly<{ status: number; body: Record<string, unknown> }>;

/** Somebody with an account, a machine with a home of its own, and packages on it. */
export class Person {
  readonly client: Client;
  readonly home: Home;
  readonly root: string;
  readonly lines: string[] = [];
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string, home: Home, root: string) {
    this.#url = url;
    this.#token = token;
    this.home = home;
    this.root = root;
    this.client = createClient(createHttp({ server: url, token: async () => token, patienceMs: 30_000 }));
  }

  static async arrives(url: string): Promise<Person> {
    const person = await Person.signsIn(url, `${randomUUID()}@example.org`, 'RegisterUser');
    await person.client.consent();
    return person;
  }

  /** On another machine, with the account that the address has. */
  static async signsIn(
    url: string,
    email: string,
    how: 'RegisterUser' | 'SignIn' = 'SignIn',
  ): Promise<Person> {
    const http = createHttp({ server: url, token: async () => null });
    const { access_token } = await signIn(http, how, { email, password: PASSWORD });
    const root = await mkdtemp(join(tmpdir(), 'iama-person-'));
    const home = await openHome({ IAMA_HOME: join(root, 'home') });
    return new Person(url, access_token, home, root);
  }

  /** The same person and machine, by another API. */
  at(url: string): Person {
    return new Person(url, this.#token, this.home, this.root);
  }

  /** A new package on this machine, committed. */
  package(files: Files): string {
    return writePackage(join(this.root, randomUUID().slice(0, 8)), files);
  }

  /** A request without the client's patience, so that refusals are seen as they are. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  }

  /** Requested, with its context. */
  async requests(workspace: string): Promise<string> {
    const { job_id } = await this.client.requestJob({
      goal: 'JAVASCRIPT_TO_TYPESCRIPT',
      targets: [],
      mode: 'PROFESSIONAL',
      title: 'e2e',
    });
    const { context, baseHashes } = await collect(workspace, []);
    await this.client.attachContext(job_id, { context, base_hashes: baseHashes });
    return job_id;
  }

  async starts(workspace: string): Promise<string> {
    const jobId = await this.requests(workspace);
    await this.client.start(jobId, { preflight: preflightOf(await inspectWorkspace(workspace)) });
    return jobId;
  }

  async chooses(jobId: string, strategy = 'STANDARD'): Promise<void> {
    await this.sees(jobId, 'WAITING_STRATEGY');
    const { proposals } = await this.client.proposals(jobId);
    const chosen = proposals.find((proposal) => proposal.strategy === strategy);
    await this.client.selectProposal(jobId, chosen?.proposal_id ?? '');
  }

  async approves(jobId: string): Promise<void> {
    await this.sees(jobId, 'WAITING_SPEC_APPROVAL');
    await this.client.approveSpec(jobId, await this.client.spec(jobId));
  }

  /** Up to the baseline, which waits to be done. */
  async reachesBaseline(workspace: string, strategy = 'STANDARD'): Promise<string> {
    const jobId = await this.starts(workspace);
    await this.chooses(jobId, strategy);
    await this.approves(jobId);
    await this.awaited(jobId, 'BASELINE');
    return jobId;
  }

  /** The job, once it is in the status. One that has failed instead says why. */
  sees(jobId: string, status: string): Promise<JobView> {
    let last = '';
    return until(
      () => `job in ${status}: ${last} ${this.lines.slice(-3).join(' | ')}`,
      async () => {
        const view = await this.client.job(jobId);
        last = `${view.status} ${JSON.stringify(view.executions)}`;
        if (view.status === status) return view;
        if (view.status === 'FAILED')
          throw new Error(
            `FAILED instead of ${status}: ${view.failure_class} ${JSON.stringify(view.reasons)}`,
          );
        return null;
      },
    );
  }

  /** Id of the open execution of that kind. */
  awaited(jobId: string, kind: string): Promise<string> {
    return until(`an execution ${kind}`, async () => {
      const view = await this.client.job(jobId);
      if (view.status === 'FAILED') throw new Error(`FAILED instead of ${kind}: ${view.failure_class}`);
      return view.executions.find((execution) => execution.kind === kind)?.execution_id;
    });
  }

  /** Does an execution for real, as the command line would; with another client where the test stands between. */
  async executes(
    jobId: string,
    kind: string,
    workspace: string,
    client: Client = this.client,
  ): Promise<WorkResult> {
    const executionId = await this.awaited(jobId, kind);
    return workOn(
      {
        client,
        home: this.home,
        claimant: 'machine',
        jobId,
        workspace,
        tell: (line) => this.lines.push(line),
        onClaim: () => undefined,
      },
      executionId,
      new AbortController().signal,
    );
  }

  /** Claims an execution and reports what the callback makes of it. */
  async reports(
    jobId: string,
    kind: string,
    outcome: (
      claim: Claim,
      upload: (kind: ArtifactKind, content: unknown) => Promise<ArtifactRef>,
    ) => Promise<Outcome>,
  ): Promise<Claim> {
    const executionId = await this.awaited(jobId, kind);
    const claim = await this.client.claim(jobId, executionId, 'machine');
    const upload = (of: ArtifactKind, content: unknown): Promise<ArtifactRef> =>
      this.client.upload(
        jobId,
        executionId,
        claim.task_token,
        of,
        new TextEncoder().encode(JSON.stringify(content)),
      );
    await this.client.report(jobId, executionId, claim.task_token, await outcome(claim, upload));
    return claim;
  }

  /** Reports the failure of a locked test, with an excerpt as the runner would give it. */
  failsTests(jobId: string, fingerprint: string, excerpt = 'values differ'): Promise<Claim> {
    return this.reports(jobId, 'TEST', async (claim, upload) => {
      const counts = { total: 4, passed: 3, failed: 1, timed_out: 0, skipped: 0 };
      const test = { name: 'a', status: 'FAILED', errorClass: 'TypeError', location: null, excerpt };
      const content = { counts, tests: [{ ...test, durationMs: 1 }], fingerprint };
      return {
        kind: 'TEST',
        status: 'FAILED',
        report: await upload('TEST_REPORT', { schema: 'iama.test-report/1', ...content }),
        counts,
        failure_class: 'LOGIC_FAILURE',
        fingerprint,
        test_hashes: claim.execution.locked_hashes,
      };
    });
  }

  async leaves(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
