import { amountLimits, type Bounds } from '../../model.ts';

/**
 * The valid values of a column, as SQL that is 1 for them and 0 or null for all others, and the message for those. By
 * comparisons if possible: SQLite orders numbers before texts and these before blobs, and function calls are slow.
 */
export interface Check {
  readonly sql: (column: string) => string;
  readonly wrong: string;
  /** The value to read instead, as SQL; by default null. */
  readonly instead?: string;
}

/** Longer than all that is stored, including errors; a text of megabytes is not ours. */
const longestBytes = 1_048_576;

export const text: Check = {
  sql: (column) => `${column} < x'' AND ${column} >= '' AND octet_length(${column}) <= ${longestBytes}`,
  wrong: 'is not valid text',
};

/** Of a fixed list, or never shown. */
export const anyText: Check = {
  sql: (column) => `${column} >= '' AND ${column} < x''`,
  wrong: 'is not text',
};

export const deploymentId: Check = {
  sql: (column) => `${column} < x'' AND ${column} >= '' AND octet_length(${column}) BETWEEN 1 AND 64`,
  wrong: 'is not an ID',
};

/**
 * From 1970 to 2199, in a form that SQLite and JavaScript read alike; a time without a date is excluded, which both
 * would accept.
 */
export const time: Check = {
  sql: (column) =>
    `(${column} BETWEEN '20' AND '20:' OR ${column} BETWEEN '1970' AND '19:' OR ${column} BETWEEN '21' AND '21:')` +
    ` AND unixepoch(${column}) >= 0` +
    // As we write it, otherwise without the spaces that only SQLite ignores.
    ` AND (${column} GLOB '????-??-??T??:??:??.???Z' OR octet_length(${column}) <= 40` +
    ` AND ${column} NOT GLOB '*  *' AND ${column} NOT GLOB '* [Zz]*' AND ${column} NOT GLOB '* ')`,
  wrong: 'is not a time',
};

export function number({ min, max, whole }: Bounds): Check {
  const kind = whole ? 'whole number' : 'number';
  return {
    sql: (column) => `${column} BETWEEN ${min} AND ${max}`,
    wrong: `is not a ${kind} from ${min} to ${max}`,
  };
}

export const yesNo: Check = {
  sql: (column) => `(${column} = 0 OR ${column} = 1)`,
  wrong: 'is neither 0 nor 1',
};

export function oneOf(...words: readonly string[]): Check {
  return {
    sql: (column) => `(${words.map((word) => `${column} = '${word}'`).join(' OR ')})`,
    wrong: `is not one of ${words.join(', ')}`,
  };
}

export const seconds: Check = number(amountLimits.monotonicSeconds);

/** `time_to_healthy` is a text in the user's schema. */
export const secondsText: Check = {
  sql: (column) =>
    `${anyText.sql(column)} AND octet_length(${column}) <= 40 AND CAST(${column} AS REAL) BETWEEN 0 AND ${amountLimits.seconds.max}`,
  wrong: 'is not a number of seconds',
};

export function json(kind: 'array' | 'object'): Check {
  return {
    sql: (column) =>
      `${anyText.sql(column)} AND json_valid(${column}) AND json_type(CASE WHEN json_valid(${column}) THEN ${column} END) = '${kind}'`,
    wrong: `is not a JSON ${kind}`,
  };
}

/** Must not be null. */
export function or(instead: string, check: Check): Check {
  return { ...check, instead };
}

export function orNull({ sql, wrong }: Check): Check {
  return { sql: (column) => `(${column} IS NULL OR ${sql(column)})`, wrong };
}
