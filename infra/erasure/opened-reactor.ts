import type { Command } from '../../domain/kernel/message.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import type { Effect } from '../../domain/kernel/process-manager.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';

/** The reactor with the texts of its effect opened only while it runs: what waits in the queue stays sealed. */
export const openedReactor = <F extends Effect, C extends Command>(
  reactor: Reactor<F, C>,
  texts: PersonalTexts,
): Reactor<F, C> => ({
  ...reactor,
  run: (effect, context) => reactor.run(texts.open(effect), context),
});
