import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { documentedCalls } from './documented-calls.ts';
import { run } from './workspace.ts';

const TSC = resolve('node_modules/typescript/bin/tsc');
const TYPES = resolve('node_modules/@types');
const DESCRIBE = resolve('tools/acceptance/describe-exports.mjs');

const described = z.object({
  exports: z.array(z.object({ path: z.array(z.string()), kind: z.string(), methods: z.array(z.string()) })),
  calls: z.array(z.object({ path: z.array(z.string()), args: z.string(), construct: z.boolean() })),
});
type Described = z.infer<typeof described>;

const nameIn = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }).name;

/** A strict TypeScript file that uses all that the package has at run time, the way its README shows. */
const consumerText = (name: string, { exports, calls }: Described): string => {
  const lines = [`import subject = require(${JSON.stringify(name)});`];
  const at = (path: readonly string[]): string => ['subject', ...path].join('.');
  for (const { path, kind, methods } of exports) {
    lines.push(`void ${at(path)};`);
    if (kind === 'function') lines.push(`void ((): unknown => Reflect.apply(${at(path)}, null, []));`);
    if (kind !== 'constructor') continue;
    lines.push(
      `{ type Made = InstanceType<typeof ${at(path)}>;`,
      `  const members: readonly (keyof Made)[] = ${JSON.stringify(methods)}; void members; }`,
    );
  }
  for (const { path, args, construct } of calls)
    lines.push(`void ${construct ? 'new ' : ''}${at(path)}(${args});`);
  return `${lines.join('\n')}\n`;
};

/** What the compiler says of a strict project that uses the package in `root` by its name: the line at fault, the error. */
const complaints = (root: string, text: string, place: string): { line: string; error: string }[] => {
  const link = join(place, 'node_modules', nameIn(root));
  mkdirSync(dirname(link), { recursive: true });
  if (!existsSync(link)) symlinkSync(root, link);
  writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "commonjs" }\n');
  writeFileSync(join(place, 'consumer.ts'), text);
  const config = {
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [TYPES],
    },
    files: ['consumer.ts'],
  };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config));
  const source = text.split('\n');
  // Some errors name the module by its place.
  const real = realpathSync(root);
  return run(process.execPath, [TSC, '-p', place], place)
    .stdout.split('\n')
    .filter((line) => line.includes('error TS'))
    .map((line) => ({
      line: source[Number(/consumer\.ts\((\d+),/.exec(line)?.[1] ?? 0) - 1] ?? '',
      error: line.replace(/^.*?error /, '').replaceAll(real, '<root>'),
    }));
};

/**
 * Uses the built package as a stranger's strict TypeScript project would, by its name and its `types`, with
 * `skipLibCheck` off.
 * @returns what the compiler says; empty when the types can be used for all that the original does at run time, but for
 *   what declarations that the package ships by hand refuse already
 */
export const consume = (original: string, delivered: string): { wrong: string[]; calls: number } => {
  const place = `${delivered}.consumer`;
  mkdirSync(place, { recursive: true });
  const [asked, answer] = [join(place, 'calls.json'), join(place, 'facts.json')];
  writeFileSync(asked, JSON.stringify(documentedCalls(original, nameIn(delivered))));
  const said = run(process.execPath, [DESCRIBE, original, asked, answer], place, 60_000);
  if (said.exitCode !== 0 || !existsSync(answer))
    return { wrong: [`the original does not load here: ${said.stderr.slice(0, 300)}`], calls: 0 };
  const facts = described.parse(JSON.parse(readFileSync(answer, 'utf8')));
  const text = consumerText(nameIn(delivered), facts);
  const found = complaints(delivered, text, place);
  const known = found.length === 0 ? [] : complaints(original, text, `${original}.consumer`);
  const wrong = found
    .filter(({ line, error }) => !known.some((one) => one.line === line && one.error === error))
    .map(({ line, error }) => `a strict consumer: ${line} ${error}`.slice(0, 400));
  return { wrong, calls: facts.calls.length };
};
