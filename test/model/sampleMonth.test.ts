import { expect, test } from 'vitest';
import { inventedMonth } from '../../src/sample/sampleMonth.ts';
import { marksOf } from '../../src/sample/scenario.ts';

test('a health check of the sample finds no outage that its deployment does not count', () => {
  const checks = inventedMonth(Date.UTC(2026, 0, 15)).flatMap((story) =>
    marksOf(story).flatMap((mark) => (mark.kind === 'health' ? [{ story, mark }] : [])),
  );
  expect(checks.some(({ mark }) => !mark.success)).toBe(true);
  for (const { story, mark } of checks) {
    expect(mark.attempts.map(({ statusCode }) => statusCode)).toEqual(mark.attempts.map(() => 200));
    if (!mark.success)
      expect(mark.words).toContain(`expected version "${story.version}", got "${story.previousVersion}"`);
  }
});
