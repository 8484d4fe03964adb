import { type Query, scopeOf, usualPeriod } from './address.ts';

export const pageLength = 50;

/** The parameters of the server for the scope of an address. */
export function scopeQuery(query: Query): Query {
  return { period: usualPeriod, ...scopeOf(query) };
}

/** Those for the list, without its place. */
export function filterQuery({ status, search, ...query }: Query): Query {
  return {
    ...scopeQuery(query),
    ...(status === undefined ? {} : { status }),
    ...(search === undefined ? {} : { search }),
  };
}

/** Those for the whole list in its order. */
export function listQuery(query: Query): Query {
  return { ...filterQuery(query), ...(query.sort === undefined ? {} : { sort: query.sort }) };
}

/** Those for a page of the list. */
export function pageQuery(query: Query): Query {
  const { older, newer, sort } = query;
  return {
    ...listQuery(query),
    ...(older === undefined ? {} : { older }),
    ...(newer === undefined ? {} : { newer }),
    ...(sort === undefined ? {} : { offset: String(firstOf(query) - 1) }),
  };
}

/** The number of the first row of a page, from 1 on. */
export function firstOf({ n }: Query): number {
  const first = Number(n ?? '1');
  return Number.isSafeInteger(first) && first > 0 ? first : 1;
}
