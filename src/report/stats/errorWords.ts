/** How exact quantiles are that come from roll-ups, as a line; none if they are exact. `which`: "the median is". */
export function errorWords(quantileError: number | null, which: string): string[] {
  return quantileError === null ? [] : [`${which} within ${quantileError * 100} %, all else is exact`];
}
