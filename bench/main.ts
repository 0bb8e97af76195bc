/** `npm run bench -- <section> [--json] [--quick] …`. A section is a folder with a `main.ts` that exports `run`. */

export type Section = Readonly<{ run: (args: readonly string[]) => Promise<void> }>;

const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  api: () => import('./api/main.ts'),
  recipes: () => import('./recipes/main.ts'),
  store: () => import('./store/main.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = SECTIONS[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- <${Object.keys(SECTIONS).join('|')}> [--json] [--quick]\n`);
  process.exitCode = 2;
} else {
  await (await load()).run(args);
}
