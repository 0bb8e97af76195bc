/**
 * Which texts of a type of events are a person's own words, so that they are stored under the key of that person and go
 * with it (ES-13). `of` names the field that says whose they are: a person's id, or a job's, whose owner it is then.
 * `fields` are paths such as `specification.bdd.*.given`, `*` for each item of a list; each ends in a text.
 */
export type PersonalFields = Readonly<{
  of: 'ownerId' | 'userId' | 'jobId';
  fields: readonly string[];
  /** Events of the type that hold such texts; absent: all of them. */
  when?: (data: Readonly<Record<string, unknown>>) => boolean;
}>;

/** What stands for a text whose person was erased. */
export const ERASED = '[erased]';
/** What is shown for one whose key is not at hand. */
export const SEALED = '[sealed]';

/** Makes such texts readable where they leave the system, and nowhere before. */
export interface PersonalTexts {
  /**
   * The value with every sealed text in it opened, or with `ERASED` where its key was destroyed, `SEALED` where it is not
   * at hand. Only texts of `subject`, where that is given: what somebody made look like another person's stays as it is.
   */
  open<T>(value: T, subject?: string): T;
  /** A text about a person for what is kept outside the log; `ERASED` once the key of the person was destroyed. */
  seal(subject: string, text: string): Promise<string>;
}
