/**
 * Values as bars of eight heights, in order. The scale begins at 0, so a bar twice as high took twice as long. Unknown values
 * are gaps. Empty without a ramp.
 */
export function sparkline(values: readonly (number | null)[], ramp: readonly string[]): string {
  if (ramp.length === 0) return '';
  const highest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return values
    .map((value) => {
      if (value === null) return ' ';
      const step = highest === 0 ? 0 : Math.ceil((value / highest) * ramp.length) - 1;
      return ramp[Math.max(0, step)] ?? ' ';
    })
    .join('');
}
