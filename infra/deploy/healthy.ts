/** `HEALTHCHECK` of the image: 0 where the API or worker of this container is ready, 1 where it is not. */

const TIMEOUT_MS = 4_000;

/** Only a worker is given the first. */
const port = process.env['IAMA_HEALTH_PORT'] ?? process.env['PORT'] ?? '8080';
const url = `http://127.0.0.1:${port}/health/ready`;
const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => error);
const isReady = answer instanceof Response && answer.ok;
if (!isReady)
  process.stderr.write(`${url}: ${answer instanceof Response ? answer.status : String(answer)}\n`);
process.exit(isReady ? 0 : 1);
