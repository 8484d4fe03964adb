import type { Mutation } from './mutation.ts';

/** `survived`: its tests stayed green. `invalid`: the list is out of date, or its tests fail without it. */
export interface Judged {
  readonly number: number;
  readonly mutation: Mutation;
  readonly outcome: 'caught' | 'survived' | 'invalid';
  readonly first: string;
  readonly seconds: number;
}

interface Group {
  readonly about: string;
  readonly mutations: readonly Mutation[];
}

/** The table of docs/promises.md. */
export function figures(groups: readonly Group[], judged: readonly Judged[], seconds: number): string {
  const row = (about: string, of: readonly Judged[]) => {
    const count = (outcome: Judged['outcome']) => of.filter((one) => one.outcome === outcome).length;
    return `| ${about} | ${of.length} | ${count('caught')} | ${count('survived') + count('invalid')} |`;
  };
  const known = new Map(judged.map((one) => [one.mutation, one]));
  const rows = groups.map(({ about, mutations }) =>
    row(
      about,
      mutations.flatMap((one) => known.get(one) ?? []),
    ),
  );
  const head = ['| what is changed | changes | caught by a test | survived |', '| --- | --- | --- | --- |'];
  return [...head, ...rows, row(`all, in ${Math.ceil(seconds / 60)} minutes`, judged)].join('\n');
}
