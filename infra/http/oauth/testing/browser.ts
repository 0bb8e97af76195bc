import type { TestApi } from '../../testing/api.ts';

type Answer = Awaited<ReturnType<TestApi['call']>>;

/** Keeps cookies and follows redirects one at a time, as far as the test wants. */
export class Browser {
  readonly #api: TestApi;
  #cookie = '';

  constructor(api: TestApi) {
    this.#api = api;
  }

  get cookie(): string {
    return this.#cookie;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#keep(
      await this.#api.call(null, 'GET', path, { headers: { cookie: this.#cookie, ...headers } }),
    );
  }

  async post(path: string, headers: Record<string, string>): Promise<Answer> {
    return this.#keep(
      await this.#api.call(null, 'POST', path, { headers: { cookie: this.#cookie, ...headers } }),
    );
  }

  /** The provider's page: where it sends the person, below the API's own paths. */
  async at(page: string): Promise<string> {
    const response = await fetch(page, { redirect: 'manual' });
    const back = new URL(response.headers.get('location') ?? '');
    return `${back.pathname.replace('/api/v1', '')}${back.search}`;
  }

  /** As far as the callback, which is not called yet. */
  async begins(provider: string): Promise<string> {
    const { headers } = await this.get(`/auth/oauth/${provider}/initiate`);
    return this.at(String(headers['location']));
  }

  async signsIn(provider: string): Promise<Answer> {
    return this.get(await this.begins(provider));
  }

  #keep(answer: Answer): Answer {
    const [cookie] = String(answer.headers['set-cookie'] ?? '').split(';');
    if (cookie) this.#cookie = cookie;
    return answer;
  }
}
