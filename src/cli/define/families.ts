/** Commands of two words belong to a family: `phase start` to `phase`. */
export function familyOf(name: string): string | null {
  const at = name.indexOf(' ');
  return at === -1 ? null : name.slice(0, at);
}

const summaries: Readonly<Record<string, string>> = { phase: 'mark, run or record one phase' };

export function familySummary(family: string): string {
  return summaries[family] ?? `commands of ${family}`;
}
