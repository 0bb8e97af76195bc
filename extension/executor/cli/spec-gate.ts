import { ApiProblem } from '../api/problem.ts';
import type { Specification, SpecView } from '../api/wire.ts';
import { editorOf, editText } from './editor.ts';
import { type GateAnswer, type GateOptions, nobodyToAsk } from './gate-options.ts';
import type { Prompt } from './prompt.ts';
import { specification } from './render.ts';
import { asText, changesBetween, fromText } from './spec-changes.ts';

type Asking = GateOptions & Readonly<{ prompt: Prompt }>;

/** Makes a revision of it and shows what that changed; the newest revision is what is approved then (SPC-02). */
const revise = async (
  { client, job, output }: Asking,
  spec: SpecView,
  wanted: Specification,
): Promise<SpecView> => {
  const changes = changesBetween(spec.specification, wanted);
  if (changes.length === 0) {
    output.show('Nothing is changed.');
    return spec;
  }
  const body = { revision_token: spec.revision_token, specification: wanted };
  await client.call('ReviseSpec', { path: { job_id: job.jobId }, body });
  const revised = await client.spec(job.jobId);
  output.show([`Revision ${revised.revision}:`, ...changes].join('\n'));
  return revised;
};

/** Until the text can be taken, or the person gives the edit up; what they typed is never lost to a mistake in it. */
const edit = async (asking: Asking, spec: SpecView): Promise<SpecView> => {
  const { output, prompt } = asking;
  const editor = editorOf(process.env);
  if (editor === null) {
    output.show('No editor is named. Set VISUAL or EDITOR, or type the change instead.', 'yellow');
    return spec;
  }
  for (let text = asText(spec.specification); ; ) {
    const edited = await editText(editor, 'specification.json', text);
    if (edited === null) {
      output.show('The editor ended with an error; nothing is changed.', 'yellow');
      return spec;
    }
    const read = fromText(edited);
    if ('specification' in read) return revise(asking, spec, read.specification);
    output.show(read.wrong, 'yellow');
    const answer = await prompt.choose(
      'This cannot be taken.',
      { e: 'edit it again', d: 'drop the edit' },
      'e',
    );
    if (answer === 'd') return spec;
    text = edited;
  }
};

/** Sentences become items where that can be done; nothing is taken before the person has seen them. */
const typeChange = async (asking: Asking, spec: SpecView): Promise<SpecView> => {
  const { client, job, output, prompt } = asking;
  const text = await prompt.text('What is to be added? (Given ..., when ..., then ...; or Types: ...)');
  if (text === '') return spec;
  try {
    const path = { job_id: job.jobId };
    const preview = await client.call('ConvertSpecText', { path, body: { text } });
    output.show(changesBetween(spec.specification, preview.specification).join('\n'));
    for (const sentence of preview.unconverted) output.show(`Not understood: ${sentence}`, 'yellow');
    const answer = await prompt.choose('Add this?', { y: 'yes', n: 'no' }, 'y');
    return answer === 'y' ? await revise(asking, spec, preview.specification) : spec;
  } catch (error) {
    // Words that no rule and no model can convert leave the specification as it is, and the question open.
    if (!(error instanceof ApiProblem) || error.code !== 'NO_MODEL_CONFIGURED') throw error;
    output.show(error.message, 'yellow');
    return spec;
  }
};

/** The specification is shown, changed as often as the person likes, and approved as it was shown last (SPC-02). */
export const approveSpec = async (options: GateOptions): Promise<GateAnswer> => {
  const { client, job, output, prompt } = options;
  let spec = await client.spec(job.jobId);
  output.show(specification(spec, false));
  if (!job.yes) {
    if (prompt === null) throw nobodyToAsk(job, 'whether the specification is right.');
    const asking = { ...options, prompt };
    for (;;) {
      const answer = await prompt.choose(
        'Approve this specification?',
        { y: 'yes', a: 'show all of it', e: 'edit it', t: 'type a change', n: 'cancel the job' },
        'y',
      );
      if (answer === 'n') {
        await client.cancel(job.jobId);
        return 'WAIT';
      }
      if (answer === 'y') break;
      if (answer === 'a') output.show(specification(spec, true));
      if (answer === 'e') spec = await edit(asking, spec);
      if (answer === 't') spec = await typeChange(asking, spec);
    }
  }
  await client.approveSpec(job.jobId, spec);
  output.step('Specification approved.');
  return 'WAIT';
};
