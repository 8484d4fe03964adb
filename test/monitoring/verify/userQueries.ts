import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface UserQuery {
  readonly id: string;
  readonly kind: string;
  /** The query as requested. */
  readonly written: string;
  /** Whether Prometheus accepts it as written. */
  readonly isValid: boolean;
  /** The same query, or the nearest form with the intended meaning. */
  readonly expr: string;
}

/** Every query that the metrics were designed for: ID, kind, text, verdict, nearest valid form. */
export function userQueries(root: string): UserQuery[] {
  const lines = readFileSync(join(root, 'test/monitoring/verify/userQueries.tsv'), 'utf8')
    .split('\n')
    .slice(1);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', kind = '', written = '', verdict = '', nearest = ''] = line.split('\t').map(unescaped);
      const isValid = verdict.startsWith('yes') || verdict.startsWith('WRONG: parses');
      return { id, kind, written, isValid, expr: nearest === '' ? written : nearest };
    });
}

function unescaped(field: string): string {
  return field.replace(/\\(n|\\)/g, (_, letter: string) => (letter === 'n' ? '\n' : '\\'));
}
