import { expect, it } from 'vitest';
import { planTests } from '../plan.ts';
import { characterise, project } from '../testing/characterise.ts';

/** A function that makes a handler, which does something else for each option. */
const LIMITS = `'use strict';
module.exports = function (options) {
  var limit = options && options.limit, name = options && options.name || 'none';
  if (typeof limit === 'string') throw new TypeError('limit');
  return function (req, res, next) {
    if (req.method === 'OPTIONS') return next();
    if (options && options.strict === true) res.setHeader('X-Strict', req.headers['x-key'] || 'no');
    res.end(limit > 0 ? name.slice(0, limit) : name);
  };
};
`;
const PACKAGE = {
  'package.json': JSON.stringify({ name: 'limits', main: 'index.js' }),
  'index.js': LIMITS,
  'README.md': "# limits\n\n```js\nlimits({ name: 'shown' });\nlimits({ name: '/etc' });\n```\n",
};

/** The arguments that a server of this package is made with. */
const madeWith = (files: Readonly<Record<string, string>>): readonly string[] => {
  const plan = planTests({ files: project(files), targets: [], dependencies: [] }, 'BLACK_BOX');
  const cases = plan.files.find(({ path }) => path === '.iama/tests/cases.mjs')?.text ?? '';
  return [...cases.matchAll(/"made":("(?:[^"\\]|\\.)*")/g)].map(([, text]): string => JSON.parse(text ?? ''));
};

it('[TST-01] a function that makes a server is called as the documents show and with what its code reads', () => {
  const made = madeWith(PACKAGE);
  expect(made).toContain("{ name: 'shown' }");
  expect(made.some((text) => /^\{ strict: true \}$/.test(text))).toBe(true);
  expect(made.length).toBeLessThanOrEqual(24);
  expect(new Set(made).size).toBe(made.length);
});

it('[TST-01] [SEC-16] nothing that makes a server is given a place of the machine', () => {
  const places = ["'/etc'", "'~/a'", "'../up'", "'C:/a'", '__dirname', "['a', '/srv']", 'process.cwd()'];
  const shown = places.map((place) => `limits({ name: ${place} });`).join('\n');
  const made = madeWith({ ...PACKAGE, 'README.md': `# limits\n\n\`\`\`js\n${shown}\n\`\`\`\n` });
  expect(made.length).toBeGreaterThan(5);
  const [etc, home, up, drive, folder, , cwd] = places;
  for (const place of [etc, home, up, drive, folder, "'/srv'", cwd])
    expect(made.filter((text) => text.includes(place ?? ''))).toEqual([]);
});

it('[TST-01] a folder stays that of the run, whatever else is said', () => {
  const text = LIMITS.replace('function (options)', 'function (root, options)');
  const made = madeWith({ ...PACKAGE, 'index.js': text, 'README.md': '' });
  expect(made.length).toBeGreaterThan(5);
  expect(made.filter((one) => !one.startsWith('"."'))).toEqual([]);
});

it('[TST-01] [TST-02] a change that shows with an option alone fails, and calls that cannot be made do not end the others', {
  timeout: 600_000,
}, () => {
  const recorded = characterise(project(PACKAGE));
  try {
    const withText = (from: string, to: string) =>
      recorded.verify([{ path: 'index.js', text: LIMITS.replaceAll(from, to) }]);
    expect(withText('var ', 'let ')).toBeNull();
    expect(withText("'X-Strict'", "'X-Lax'")).toContain('strict: true');
  } finally {
    recorded.dispose();
  }
});

it('[TST-01] calls with options take no room from requests to what is made without', () => {
  const names = Array.from({ length: 14 }, (_, at) => `/r${at}`);
  const answers = names.flatMap((name) =>
    ['GET', 'POST', 'DELETE'].map(
      (method) =>
        `if (req.url === '${name}' && req.method === '${method}') return res.end('${method}${name}');`,
    ),
  );
  const text = LIMITS.replace('if (req.method', `${answers.join('\n')}\nif (req.method`);
  const files = project({ ...PACKAGE, 'index.js': text, 'README.md': '' });
  const plan = planTests({ files, targets: [], dependencies: [] }, 'BLACK_BOX');
  const cases = plan.files.find(({ path }) => path === '.iama/tests/cases.mjs')?.text ?? '';
  const made = cases.split('"made":').length - 1;
  expect(made).toBeGreaterThan(5);
  expect(cases.split('"requests":').length - 1 - made).toBe(80);
});
