/** Runs of an application of the package that was given handlers to call: without them it answers each request alike. */
import ts from 'typescript';
import { accessName, walk } from '../program.ts';
import type { Request } from './hints.ts';
import { get } from './wire.ts';

const by = (method: string, path: string): Request => ({ ...get(path), method });

/** The paths are those of `mount-handlers.mjs`. */
export const MOUNTED_REQUESTS: readonly (readonly Request[])[] = [
  [get('/'), get('/mounted'), get('/mounted/a?b=1')],
  [get('/MOUNTED/'), get('/mountedx'), get('/mounted.x'), get('/mounted?c=1&c=2')],
  [get('/fails'), get('/fails/healed'), get('/throws'), get('/throws/healed')],
  [get('/other'), get('/other/deep'), get('/other/deep/x'), get('/server/y')],
  [get('http://localhost/mounted/a'), get('http://localhost/mounted?d=http://x/'), by('OPTIONS', '*')],
  [get('//mounted'), get('/?to=http://localhost/mounted'), get('/%6Dounted'), get('/mounted/%zz')],
  [by('POST', '/mounted'), by('HEAD', '/mounted'), by('DELETE', '/none'), by('POST', '/fails')],
  [get('/routed/1'), get('/routed/1/'), get('/routed/1/2'), get('/routed'), get('/routed/a%20b')],
  [by('POST', '/routed/1'), by('PUT', '/routed/1'), by('DELETE', '/routed/1'), by('PATCH', '/routed/1')],
  [by('HEAD', '/routed/1'), by('OPTIONS', '/routed/1'), get('/routed/1?a=1&b=2')],
];

const nameOf = (node: ts.Node): string | null =>
  ts.isMethodDeclaration(node) || ts.isPropertyAssignment(node) ? node.name.getText() : accessName(node);

/** Whether something here is called `use`, as what takes handlers is everywhere. */
export function speaksOfUse(files: readonly ts.SourceFile[]): boolean {
  let found = false;
  for (const file of files)
    walk(file, (node) => {
      found ||= nameOf(node) === 'use';
    });
  return found;
}
