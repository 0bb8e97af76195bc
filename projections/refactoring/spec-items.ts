import type {
  SpecDrafted,
  SpecRevised,
  SpecUpdatedDuringExecution,
} from '../../domain/refactoring/job/events.ts';

/** What the read tables of behaviour (BDD) and of structure (SDD) have in common: a row per item of each revision. */
export type SpecEvent = SpecDrafted | SpecRevised | SpecUpdatedDuringExecution;

export const SPEC_EVENTS = ['SpecDrafted', 'SpecRevised', 'SpecUpdatedDuringExecution'] as const;

export type ItemPlace = Readonly<{
  /** `{job_id}:{revision}:{index}`: ids are the author's and may repeat. */
  row_id: string;
  job_id: string;
  revision: number;
  index: number;
  item_id: string;
}>;

export const PLACE_COLUMNS = {
  row_id: 'text',
  job_id: 'text',
  revision: 'int',
  index: 'int',
  item_id: 'text',
} as const;

type Items<Item> = readonly (Item & Readonly<{ id: string }>)[];

export const keysOfItems = ({ data }: SpecEvent, items: Items<unknown>): readonly string[] =>
  items.map((_item, index) => `${data.jobId}:${data.revision}:${index}`);

/** The item that a key of the event names, and the first columns of its row. */
export const itemAt = <Item>(
  { data }: SpecEvent,
  items: Items<Item>,
  key: string,
): Readonly<{ item: Item; place: ItemPlace }> | undefined => {
  const index = Number(key.slice(key.lastIndexOf(':') + 1));
  const item = items[index];
  const { jobId: job_id, revision } = data;
  return item && { item, place: { row_id: key, job_id, revision, index, item_id: item.id } };
};
