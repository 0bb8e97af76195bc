import { isDeepStrictEqual } from 'node:util';
import { newestVersion, type Upcasters, upcast } from '../../domain/kernel/upcasting.ts';
import type { Golden } from './golden.ts';
import { fits, type Shape } from './shapes.ts';

/** What is wrong with the forms that were kept, held against the definitions of today; empty: nothing. */
export const complaints = (
  shapes: ReadonlyMap<string, Shape>,
  upcasters: Upcasters,
  kept: readonly Golden[],
): readonly string[] => {
  const found = (type: string, version: number): Golden | undefined =>
    kept.find((form) => form.type === type && form.version === version);
  const ofToday = [...shapes].flatMap(([type, shape]) => {
    const newest = newestVersion(upcasters, type);
    const form = found(type, newest);
    if (form !== undefined && !isDeepStrictEqual(form.shape, shape))
      return [
        `${type}: its shape is not that of version ${newest}: add an upcaster, then npm run forms:generate`,
      ];
    return Array.from({ length: newest }, (_, index) => index + 1)
      .filter((version) => found(type, version) === undefined)
      .map((version) => `${type}: the form of version ${version} is not kept: npm run forms:generate`);
  });
  const ofThen = kept.flatMap(({ type, version, shape, stored }) => {
    const today = shapes.get(type);
    if (today === undefined) return [`${type}: events of this type are stored, and no definition is left`];
    if (version > newestVersion(upcasters, type))
      return [`${type}: version ${version} has lost its upcaster`];
    return stored.flatMap((data) => [
      ...(fits(shape, data) ? [] : [`${type}: a form of version ${version} has not its own shape`]),
      ...(fits(today, upcast(upcasters, type, version, data))
        ? []
        : [`${type}: version ${version} is not read as today's`]),
    ]);
  });
  return [...ofToday, ...ofThen];
};
