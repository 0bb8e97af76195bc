import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownCertificate } from '../testing/certificate.ts';
import { get, servedIn } from '../testing/served.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'iama-tls-test-'));
  const { key, cert } = ownCertificate();
  writeFileSync(path.join(root, 'key.pem'), key);
  writeFileSync(path.join(root, 'cert.pem'), cert);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const served = (...run: Parameters<ReturnType<typeof servedIn>>) => servedIn(root)(...run);
const post = (target: string, body: string): string =>
  `POST ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-One: 1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const OWN = `const fs = require('fs'), path = require('path');
const own = (name) => fs.readFileSync(path.join(__dirname, name));
const options = { key: own('key.pem'), cert: own('cert.pem') };
`;
const HTTPS = (body: string) =>
  `${OWN}require('https').createServer(options, (req, res) => { ${body} }).listen(8443);`;
const HTTP2 = (body: string) => `require('http2').createServer((req, res) => { ${body} }).listen(8443);`;

describe('runs of a server over TLS', () => {
  it.each([
    [
      'reaches out',
      HTTPS("require('https').get('https://127.0.0.1:9/'); res.end();"),
      'UNSAFE net.Socket.connect',
    ],
    ['never answers', HTTPS(''), 'TIMEOUT'],
    ['has no certificate', "require('https').createServer((req, res) => res.end()).listen(1);", null],
  ])('[TST-01] [EXE-04] show no answer where it %s', async (_what, source, why) => {
    const seen = await served(source, [get('/')], { timeout: 2_000 });
    expect(seen).toContain(why === null ? 'over TLS no answer' : `left: ${why}`);
  });

  it('[TST-01] send the same requests, one connection each, and tell the same of ports', async () => {
    const source = HTTPS(`let body = '';
      req.on('data', (part) => { body += part; });
      req.on('end', () => res.end([req.method, req.url, body, req.socket.remotePort, req.socket.localPort, req.socket.encrypted].join(' ')));`);
    expect(await served(source, [get('/a'), post('/b', 'sent')])).toMatch(
      /^→ exit 0, over TLS answer 200 OK \{.*\} "GET \/a {2}50000 8443 true", over TLS answer 200 OK \{.*\} "POST \/b sent 50000 8443 true"$/,
    );
  });

  it('[TST-01] [TST-02] notice that a server no longer keeps what is sent to itself', async () => {
    const answer = "res.end('same')";
    const plain = `require('http').createServer((req, res) => { ${answer} }).listen(8443);`;
    expect(await served(plain)).not.toBe(await served(HTTPS(answer)));
    expect(await served(HTTPS(answer))).toBe(await served(HTTPS(answer)));
  });

  it('[TST-01] show what is answered where no HTTP is spoken', async () => {
    const source = `${OWN}require('tls').createServer(options, (socket) => {
      socket.on('data', (said) => socket.end('heard ' + String(said).split('\\r\\n')[0]));
    }).listen(9000);`;
    expect(await served(source)).toBe('→ exit 0, over TLS answer "heard GET / HTTP/1.1"');
    const echo = `${OWN}require('tls').createServer(options, (socket) => socket.pipe(socket)).listen(9000);`;
    expect(await served(echo, ['one\r\n'])).toBe('→ exit 0, over TLS answer "one\\r\\n"');
  });

  it('[TST-01] ask at a plain port and at one over TLS', async () => {
    const source = `${HTTPS("res.end('safe')")}
      require('http').createServer((req, res) => { res.writeHead(301, { Location: 'https://localhost:8443/' }); res.end(); }).listen(8080);`;
    expect(await served(source)).toMatch(
      /^→ exit 0, over TLS answer 200 .* "safe", at port 8080 answer 301 .*location: https:\/\/localhost:8443\//,
    );
  });
});

describe('runs of a server over HTTP/2', () => {
  it('[TST-01] [EXE-04] keep none that reaches out', async () => {
    const seen = await served(HTTP2("require('http2').connect('http://127.0.0.1:9'); res.end();"));
    expect(seen).toContain('left: UNSAFE net.connect');
  });

  it('[TST-01] send the same requests, but for those that it has no words for', async () => {
    const source = HTTP2(`let body = '';
      req.on('data', (part) => { body += part; });
      req.on('end', () => { res.setHeader('x-two', '2'); res.statusCode = 201; res.end([req.httpVersion, req.method, req.url, req.headers['x-one'], body, req.socket.remotePort].join(' ')); });`);
    expect(
      await served(source, [
        'NONSENSE\r\n\r\n',
        get('/').replace('GET', 'CONNECT'),
        get('/a'),
        post('/b', 'sent'),
      ]),
    ).toMatch(
      /^→ exit 0, over HTTP\/2 answer 201 \{.*x-two: 2\} "2.0 GET \/a {3}50000", over HTTP\/2 answer 201 \{.*\} "2.0 POST \/b 1 sent 50000"$/,
    );
  });

  it('[TST-01] show what comes before the answer, after it, and that it was cut off', async () => {
    const around = HTTP2(`res.writeEarlyHints({ link: '</a>; rel=preload' });
      res.addTrailers({ 'x-sum': '3' }); res.write('one'); res.end('two');`);
    expect(await served(around)).toMatch(
      /over HTTP\/2 answer 103 \{link: .*\}, 200 \{.*\} "onetwo" \{x-sum: 3\}$/,
    );
    const cut = HTTP2("res.write('one', () => res.stream.close(2));");
    expect(await served(cut)).toMatch(/"one" cut off$/);
  });

  it('[TST-01] ask over TLS where it is served so, by streams too', async () => {
    const source = `${OWN}const server = require('http2').createSecureServer(options);
      server.on('stream', (stream, headers) => { stream.respond({ ':status': 200 }); stream.end(headers[':scheme'] + headers[':path']); });
      server.listen(8443);`;
    expect(await served(source, [get('/a')])).toMatch(
      /^→ exit 0, over HTTP\/2 and TLS answer 200 .*"https\/a"$/,
    );
  });
});
