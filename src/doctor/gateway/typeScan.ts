import { catalogue } from '../../metrics/catalogue.ts';

/** Names that deploytrack pushes: each with its type, and the series that a histogram has. */
export const pushedTypes: ReadonlyMap<string, string> = new Map(
  catalogue.flatMap(({ name, type }): [string, string][] => [
    [name, type],
    ...(type === 'histogram'
      ? ['bucket', 'sum', 'count'].map((part): [string, string] => [`${name}_${part}`, `part of ${name}`])
      : []),
  ]),
);

/** The families in a gateway's /metrics that have another type than deploytrack pushes. */
export class TypeScan {
  readonly #wrong = new Set<string>();

  /** One line, without its line end. */
  take(line: string): void {
    if (!line.startsWith('# TYPE ')) return;
    const [, , name = '', type = ''] = line.split(' ');
    if (isWrongType(name, type)) this.#wrong.add(name);
  }

  get isClean(): boolean {
    return this.#wrong.size === 0;
  }
}

export function isWrongType(name: string, type: string): boolean {
  const pushed = pushedTypes.get(name);
  return pushed !== undefined && pushed !== type.toLowerCase();
}
