import { once } from 'node:events';
import { Agent, request as ask, createServer, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';

export type Front = Readonly<{
  url: string;
  /** Requests that were asked again elsewhere, because a connection ended without an answer. */
  askedAgain: () => number;
  stop: () => Promise<void>;
}>;

const TRIES = 4;

/**
 * What docs/how-to/roll-out.md wants in front of the APIs: requests go to each in turn, and one whose connection ends without an
 * answer goes to the next. `targets` are the addresses at that moment.
 */
export const startFront = async (targets: () => readonly string[]): Promise<Front> => {
  const agent = new Agent({ keepAlive: true });
  let [turn, askedAgain] = [0, 0];

  const answerOf = (request: IncomingMessage, body: Buffer): Promise<IncomingMessage> => {
    const all = targets();
    const { method, headers } = request;
    const url = new URL(request.url ?? '/', all[turn++ % all.length]);
    return new Promise((resolve, reject) =>
      ask(url, { agent, method: method ?? 'GET', headers: { ...headers, host: url.host } }, resolve)
        .on('error', reject)
        .end(body),
    );
  };
  const firstAnswer = async (request: IncomingMessage, body: Buffer): Promise<IncomingMessage> => {
    for (let left = TRIES - 1; ; left -= 1)
      try {
        return await answerOf(request, body);
      } catch (error) {
        if (left === 0) throw error;
        askedAgain += 1;
      }
  };

  const server = createServer(async (request, response) => {
    try {
      const answer = await firstAnswer(request, Buffer.concat(await request.toArray()));
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      await pipeline(answer, response);
    } catch {
      // Nobody answered, or an answer broke off: the connection ends, which is what its client is to see.
      response.destroy();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    askedAgain: () => askedAgain,
    async stop() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
