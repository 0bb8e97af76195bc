/** How long an answer wants to be left alone: `Retry-After` of RFC 9110, section 10.2.3. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;
const MONTH = `(?<month>${MONTHS.join('|')})`;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';

/** The three forms that a recipient has to take (RFC 9110, section 5.6.7), all of them in GMT. `Date.parse` takes what is none. */
const FORMS = [
  new RegExp(String.raw`^${DAY}, (?<day>\d{2}) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(
    String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-${MONTH}-(?<year>\d{2}) ${TIME} GMT$`,
  ),
  new RegExp(String.raw`^${DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/** A year of two digits is one of the past where it would be more than fifty years ahead. */
const yearOf = (text: string, now: number): number => {
  if (text.length === 4) return Number(text);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(text);
  return year > thisYear + 50 ? year - 100 : year;
};

/** Milliseconds since 1970; null: it is no date of HTTP. `now`: milliseconds since 1970. */
export const httpDate = (text: string, now: number): number | null => {
  for (const form of FORMS) {
    const { day, month = '', year = '', hour, minute, second } = form.exec(text)?.groups ?? {};
    if (day === undefined) continue;
    const at = new Date(0);
    at.setUTCFullYear(yearOf(year, now), MONTHS.indexOf(month), Number(day));
    // A day that the month does not have would be one of the next.
    if (at.getUTCDate() !== Number(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)
      return null;
    return at.setUTCHours(Number(hour), Number(minute), Number(second));
  }
  return null;
};

/** Nothing is waited for longer because somebody else says so: it is asked again then, and may say it again. */
export const LONGEST_RETRY_MS = 300_000;
/** Who says "at once" is not asked in a loop. */
const SHORTEST_RETRY_MS = 1_000;

/**
 * Milliseconds from 1,000 to `LONGEST_RETRY_MS` that an answer asks to be left alone for; null: it does not say so, or not in a form of
 * HTTP. A date is held against the `Date` of the answer, because the clock of another machine may be wrong. `now`: milliseconds since 1970.
 */
export const retryAfterMs = (headers: Pick<Headers, 'get'>, now: number): number | null => {
  const told = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(told)) return bounded(Number(told) * 1_000);
  const at = httpDate(told, now);
  return at === null ? null : bounded(at - (httpDate(headers.get('date')?.trim() ?? '', now) ?? now));
};

const bounded = (ms: number): number => Math.min(LONGEST_RETRY_MS, Math.max(SHORTEST_RETRY_MS, ms));
