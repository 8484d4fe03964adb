/**
 * Values as bars of eight heights, in their order; the scale begins at 0, so that a bar twice as high took
 * twice as long. A gap for what is not known. Empty without a ramp.
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
