import { newestVersion } from '../../domain/kernel/upcasting.ts';
import { UPCASTERS } from '../../infra/event-store/forms/upcasters.ts';
import { complaints } from './compare.ts';
import { eventShapes } from './event-shapes.ts';
import { goldenOf, goldens, writeGolden } from './golden.ts';

/**
 * `npm run forms:generate`: keeps the form of each type and version that is not kept yet. What is kept is never written
 * again. Exit code 1 while something else is wrong.
 */
const shapes = eventShapes();
const known = new Set(goldens().map(({ type, version }) => `${type} ${version}`));
for (const [type, shape] of shapes) {
  const version = newestVersion(UPCASTERS, type);
  if (known.has(`${type} ${version}`)) continue;
  writeGolden(goldenOf(type, version, shape));
  console.log(`${type}: version ${version} is kept`);
}
const wrong = complaints(shapes, UPCASTERS, goldens());
for (const line of wrong) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
