import { expect, it } from 'vitest';
import { planTests } from '../plan.ts';
import { characterise, project } from '../testing/characterise.ts';

/** An application that calls what it was given, and answers nothing by itself. */
const CALLS = `'use strict';
module.exports = function () {
  var stack = [];
  function app(req, res, next) {
    var at = 0;
    function go(error) {
      var layer = stack[at++];
      if (!layer) return next ? next(error) : res.end('none');
      if (req.url.indexOf(layer.path) !== 0) return go(error);
      if (Boolean(error) !== (layer.handle.length === 4)) return go(error);
      try {
        if (error) layer.handle(error, req, res, go);
        else layer.handle(req, res, go);
      } catch (thrown) {
        go(thrown);
      }
    }
    go();
  }
  app.use = function (path, handle) {
    if (typeof path === 'function') return app.use('/', path);
    if (typeof handle !== 'function') throw new TypeError('no function');
    stack.push({ path: path, handle: handle });
    return app;
  };
  return app;
};
`;
const manifest = JSON.stringify({ name: 'calls', main: 'index.js' });

const mountedIn = (text: string): number => {
  const files = project({ 'package.json': manifest, 'index.js': text });
  const { files: made } = planTests({ files, targets: [], dependencies: [] }, 'BLACK_BOX');
  const cases = made.find(({ path }) => path === '.iama/tests/cases.mjs')?.text ?? '';
  return cases.split('"mounted":true').length - 1;
};

it.each([
  ['takes none', "module.exports = (req, res) => res.end(req.url + '/use');"],
  [
    'is made by a framework',
    "const app = require('express')();\napp.use((q, r, n) => n());\nmodule.exports = app;",
  ],
  [
    'is made by a framework in a function',
    "module.exports = () => { const app = require('express')(); app.use((q, r, n) => n()); return app; };",
  ],
])('[TST-01] no handlers are given to what %s', (_what, text) => {
  expect(mountedIn(text)).toBe(0);
});

it('[TST-01] [TST-02] a change of how an application calls what it was given fails', {
  timeout: 600_000,
}, () => {
  expect(mountedIn(CALLS)).toBeGreaterThan(5);
  const recorded = characterise(project({ 'package.json': manifest, 'index.js': CALLS }));
  try {
    const texts = Object.values(recorded.results).map(({ result }) => result);
    for (const seen of ['healed RangeError: failed', 'healed RangeError: thrown', 'use a server: TypeError'])
      expect(texts).toContainEqual(expect.stringContaining(seen));
    const withText = (from: string, to: string) =>
      recorded.verify([{ path: 'index.js', text: CALLS.replaceAll(from, to) }]);
    expect(withText('var ', 'let ')).toBeNull();
    expect(withText('!== 0', '< 0')).toContain('with handlers');
    expect(withText('go(thrown)', 'go()')).toContain('with handlers');
    expect(withText('layer.handle.length === 4', 'false')).toContain('with handlers');
  } finally {
    recorded.dispose();
  }
});
