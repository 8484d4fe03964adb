import { amountLimits, type Bounds } from '../../limits.ts';

/**
 * What a column may hold, as SQL that is 1 for it and 0 or null for all else, and what is said of that. By comparisons
 * where they do: SQLite orders numbers before texts and these before blobs, and calls of functions cost the most.
 */
export interface Check {
  readonly sql: (column: string) => string;
  readonly wrong: string;
  /** What is read in its place, as SQL; none: nothing. */
  readonly instead?: string;
}

/** Longer than all that is kept, an error among it; a text of megabytes is none of ours. */
const longestBytes = 1_048_576;

export const text: Check = {
  sql: (column) => `${column} < x'' AND ${column} >= '' AND octet_length(${column}) <= ${longestBytes}`,
  wrong: 'is not valid text',
};

/** Of a closed list, or never shown. */
export const anyText: Check = {
  sql: (column) => `${column} >= '' AND ${column} < x''`,
  wrong: 'is not text',
};

export const deploymentId: Check = {
  sql: (column) => `${column} < x'' AND ${column} >= '' AND octet_length(${column}) BETWEEN 1 AND 64`,
  wrong: 'is not an ID',
};

/** From 1970 to 2199, in a form that SQLite and JavaScript read alike: not a time of day, which both would. */
export const time: Check = {
  sql: (column) =>
    `(${column} BETWEEN '20' AND '20:' OR ${column} BETWEEN '1970' AND '19:' OR ${column} BETWEEN '21' AND '21:')` +
    ` AND unixepoch(${column}) >= 0` +
    // As we write it, else without the blanks that SQLite alone passes over.
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

/** What has to be something. */
export function or(instead: string, check: Check): Check {
  return { ...check, instead };
}

export function orNull({ sql, wrong }: Check): Check {
  return { sql: (column) => `(${column} IS NULL OR ${sql(column)})`, wrong };
}
