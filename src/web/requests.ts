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

/** Those for a page of the list. */
export function pageQuery(query: Query): Query {
  const { older, newer, sort, n } = query;
  return {
    ...filterQuery(query),
    ...(older === undefined ? {} : { older }),
    ...(newer === undefined ? {} : { newer }),
    ...(sort === undefined ? {} : { sort, offset: String(Number(n ?? '1') - 1) }),
  };
}
