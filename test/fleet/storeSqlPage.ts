import { blocksIn, page } from '../readme/document.ts';

type Kind = 'both' | 'SQLite' | 'PostgreSQL' | 'store' | 'rights by row' | 'retention';

/** A block of docs/store-sql.md: the kind is its first line. */
export interface SqlBlock {
  readonly kind: Kind;
  readonly sql: string;
}

export const sqlBlocks: readonly SqlBlock[] = blocksIn('sql', [page('docs/store-sql.md')]).map(({ text }) => {
  const [, kind = '', sql = ''] = /^-- (.*)\n([\s\S]*)$/.exec(text) ?? [];
  return { kind: kind as Kind, sql };
});

export const sqlOf = (kind: Kind): string[] =>
  sqlBlocks.filter((block) => block.kind === kind).map(({ sql }) => sql);
