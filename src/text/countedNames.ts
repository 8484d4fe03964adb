const mostNamed = 10;

/** Each name once, with the number of its runs, and at most ten of them: `extract, load (3 runs) and 2 more`. */
export function countedNames(names: readonly string[]): { text: string; isOne: boolean } {
  const runs = new Map<string, number>();
  for (const name of names) runs.set(name, (runs.get(name) ?? 0) + 1);
  const named = [...runs].slice(0, mostNamed);
  const text = named.map(([name, count]) => (count === 1 ? name : `${name} (${count} runs)`)).join(', ');
  const more = runs.size - named.length;
  return { text: more === 0 ? text : `${text} and ${more} more`, isOne: runs.size === 1 };
}
