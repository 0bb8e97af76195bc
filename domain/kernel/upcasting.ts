/** Gives the data of an event that was stored in one version the shape of the next (ES-08). Pure; the stored event stays as it is. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Of a step that only allows more than before. */
export const asItIs: Upcaster = (data) => data;

/** By event type, the steps from version 1 to 2, from 2 to 3 and so on; a type that is not listed has only ever had one. */
export type Upcasters = ReadonlyMap<string, readonly Upcaster[]>;

/** Thrown on an event of a version that a later release has written: it can only be read by that one, never guessed. */
export class EventFormUnknown extends Error {
  readonly code = 'EVENT_FORM_UNKNOWN';

  constructor(type: string, version: number, newest: number) {
    super(`an event ${type} of version ${version} was stored by a later release: this one knows ${newest}`);
    this.name = 'EventFormUnknown';
  }
}

/** The version that events of the type are stored in today. */
export const newestVersion = (upcasters: Upcasters, type: string): number =>
  (upcasters.get(type)?.length ?? 0) + 1;

/** The data as of today; the very same object where the version is today's. Throws `EventFormUnknown`. */
export const upcast = (
  upcasters: Upcasters,
  type: string,
  version: number,
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  const steps = upcasters.get(type) ?? [];
  if (version > steps.length + 1) throw new EventFormUnknown(type, version, steps.length + 1);
  return steps.slice(version - 1).reduce((older, step) => step(older), data);
};
