import type * as emmett from '@event-driven-io/emmett';
import { describe, expectTypeOf, it } from 'vitest';
import type { Decider } from '../../domain/kernel/decider.ts';
import type { ExpectedVersion } from '../../domain/kernel/event-store.ts';
import type { Command, Event, Positioned, Recorded, RecordedMetadata } from '../../domain/kernel/message.ts';
import type { EmmettEventStore } from './emmett-adapter.ts';

type Opened = Event<'Opened', { by: string }>;
type Open = Command<'Open', { by: string }>;

/** Checked by the compiler: the domain restates emmett's types, because it imports no package. */
describe('kernel types fit emmett', () => {
  it('[ES-01] events, commands and deciders of ours are emmett’s', () => {
    expectTypeOf<Opened>().toExtend<emmett.Event<'Opened', { by: string }>>();
    expectTypeOf<Open>().toExtend<emmett.Command<'Open', { by: string }>>();
    expectTypeOf<Decider<number, Open, Opened>>().toExtend<emmett.Decider<number, Open, Opened>>();
  });

  it('[ES-01] recorded events, expectations and the store are emmett’s', () => {
    expectTypeOf<Recorded<Opened>>().toExtend<emmett.ReadEvent<Opened, RecordedMetadata>>();
    expectTypeOf<Positioned<Opened>>().toExtend<emmett.ReadEvent<Opened, RecordedMetadata>>();
    expectTypeOf<ExpectedVersion>().toExtend<emmett.ExpectedStreamVersion<bigint>>();
    expectTypeOf<EmmettEventStore>().toExtend<emmett.EventStore<RecordedMetadata>>();
  });

  it('[ES-01] a command type that is not one is not taken for one', () => {
    expectTypeOf<{ type: 1; data: string }>().not.toExtend<emmett.Command>();
  });
});
