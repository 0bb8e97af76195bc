/** Sends one request to a server of the package, on a connection of its own over what it listens for. */
import net from 'node:net';
import tls from 'node:tls';
import { exchangeHttp2 } from './exchange-http2.mjs';

const HOST = '127.0.0.1';
/** The package's own certificate, which nobody vouches for; it is asked on this machine alone. */
const TLS = { servername: 'localhost', rejectUnauthorized: false };

/** All that is sent back until the connection is closed. */
function throughSocket(socket, request, limit, isAll) {
  return new Promise((resolve) => {
    const chunks = [];
    let size = 0;
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) socket.destroy();
    });
    // A server that ends, or does not take the request whole, cuts the connection: what came before that is its answer.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    if (isAll) socket.end(request);
    else socket.write(request);
  });
}

const overTls = (port) => tls.connect({ ...TLS, host: HOST, port });

/** By what a server listens for (`serve.mjs`): how it is asked, and how that is named in what is recorded. */
const WAYS = {
  http: { name: '', ask: (port, ...sent) => throughSocket(net.connect(port, HOST), ...sent, false) },
  https: { name: 'over TLS ', ask: (port, ...sent) => throughSocket(overTls(port), ...sent, false) },
  // No request ends by itself where no HTTP is spoken.
  tls: { name: 'over TLS ', ask: (port, ...sent) => throughSocket(overTls(port), ...sent, true) },
  http2: {
    name: 'over HTTP/2 ',
    ask: (port, ...sent) => exchangeHttp2(`http://${HOST}:${port}`, {}, ...sent),
  },
  https2: {
    name: 'over HTTP/2 and TLS ',
    ask: (port, ...sent) => exchangeHttp2(`https://${HOST}:${port}`, TLS, ...sent),
  },
};

/**
 * @param over a name of `WAYS`
 * @param request as it goes over the wire of HTTP/1.1
 * @param limit more bytes than these are not waited for
 * @returns `{ name, bytes }`: over what it was asked, as text for before the answer, and all of the answer; null: this cannot be
 *   asked over that
 */
export async function exchange(port, over, request, limit) {
  const { name, ask } = WAYS[over];
  const bytes = await ask(port, request, limit);
  return bytes === null ? null : { name, bytes };
}
