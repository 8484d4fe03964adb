const dayMs = 86_400_000;
/** The first millisecond of the year 10000. */
const endOfFourDigits = 253_402_300_800_000;

/**
 * `Date.toISOString` of Unix milliseconds, without its cost to a short process: V8 finds out the time zone first, from files. The date
 * is computed as in https://howardhinnant.github.io/date_algorithms.html#civil_from_days. Throws RangeError as `Date` does.
 */
export function utcTime(wallMs: number): string {
  const ms = Math.trunc(wallMs);
  if (!(ms >= 0 && ms < endOfFourDigits)) return new Date(wallMs).toISOString();
  const day = Math.floor(ms / dayMs);
  const inDay = ms - day * dayMs;
  const clock = [inDay / 3_600_000, (inDay / 60_000) % 60, (inDay / 1000) % 60].map((part) =>
    padded(part, 2),
  );
  return `${dateOf(day)}T${clock.join(':')}.${padded(inDay % 1000, 3)}Z`;
}

/** Days since 1970-01-01. Years begin in March here, so that the leap day is the last one of a year. */
function dateOf(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const ofMonth = ofYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(ofMonth, 2)}`;
}

function padded(value: number, digits: number): string {
  return String(Math.floor(value)).padStart(digits, '0');
}
