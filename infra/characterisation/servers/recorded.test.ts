import { expect, it } from 'vitest';
import { ownCertificate } from '../testing/certificate.ts';
import { characterise, project } from '../testing/characterise.ts';

const SERVER = `'use strict';
var http = require('http');
var names = [];
http.createServer(function (req, res) {
  if (req.url !== '/names') {
    res.writeHead(404);
    return res.end();
  }
  if (req.method !== 'POST') return res.end(JSON.stringify(names.slice(0, 10)));
  var text = '';
  req.on('data', function (chunk) { text += chunk; });
  req.on('end', function () {
    var body = /^{.*}$/.test(text) ? JSON.parse(text) : {};
    if (typeof body.name !== 'string') res.statusCode = 400;
    else names.push(body.name);
    res.end();
  });
}).listen(process.env.PORT || 3000);
`;
const manifest = JSON.stringify({ name: 'names', scripts: { start: 'node server.js' } });

it('[TST-01] [TST-02] passes the same server written otherwise, and fails one that answers otherwise', {
  timeout: 600_000,
}, () => {
  const recorded = characterise(project({ 'package.json': manifest, 'server.js': SERVER }));
  try {
    const calls = Object.values(recorded.results).map(({ result }) => result);
    expect(calls).toContainEqual(expect.stringContaining('answer 404 Not Found'));
    expect(calls).toContainEqual(expect.stringContaining('answer 400 Bad Request {connection: close}'));
    expect(recorded.verifyReplaced('server.js', 'var ', 'let ')).toBeNull();
    // Seen only where two things were made before they are asked for.
    expect(recorded.verifyReplaced('server.js', '(0, 10)', '(0, 1)')).toContain('POST /names');
  } finally {
    recorded.dispose();
  }
});

it('[TST-01] [TST-02] passes the same server over TLS, and fails one that answers otherwise or in the clear', {
  timeout: 600_000,
}, () => {
  const { key, cert } = ownCertificate();
  const safe = SERVER.replace("require('http')", "require('https')").replace(
    'http.createServer(',
    "var fs = require('fs');\nvar own = { key: fs.readFileSync('key.pem'), cert: fs.readFileSync('cert.pem') };\nhttp.createServer(own, ",
  );
  const files = { 'package.json': manifest, 'server.js': safe, 'key.pem': key, 'cert.pem': cert };
  const recorded = characterise(project(files));
  try {
    const calls = Object.values(recorded.results).map(({ result }) => result);
    expect(calls).toContainEqual(expect.stringContaining('over TLS answer 404 Not Found'));
    expect(recorded.verifyReplaced('server.js', 'var ', 'let ')).toBeNull();
    expect(recorded.verifyReplaced('server.js', '404', '410')).toContain('server.js');
    expect(recorded.verifyReplaced('server.js', "require('https')", "require('http')")).toContain(
      'server.js',
    );
  } finally {
    recorded.dispose();
  }
});
