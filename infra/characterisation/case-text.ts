/** How a case reads: the call, what is done with its result, and where it runs. */
import type { Draft } from './cases.ts';
import type { Subject } from './subjects.ts';
import { worldText } from './worlds.ts';

export function callText(subject: Subject, draft: Draft): string {
  const args = `(${draft.args.join(', ')})`;
  const head =
    draft.form === 'get' ? subject.name : `${draft.form === 'new' ? 'new ' : ''}${subject.name}${args}`;
  const tail = draft.steps.map((step) => {
    const inner = step.form === 'get' ? '' : `(${step.args.join(', ')})`;
    if (step.form === 'stream') return ` used as a stream${inner}`;
    if (step.form === 'events') return ` heard${inner}`;
    return step.member === null ? inner : `.${step.member}${inner}`;
  });
  const again =
    draft.form === 'twice' ? ` again${draft.change === null ? '' : ` after ${draft.change}`}` : '';
  const where = draft.world === undefined ? '' : ` where ${worldText(draft.world) || 'nothing is set'}`;
  return `${head}${tail.join(' ')}${again}${where}`.replace(/\s+/g, ' ');
}
