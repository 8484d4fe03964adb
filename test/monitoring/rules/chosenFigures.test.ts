import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alerts } from '../../../src/monitoring/rules/alerts/alerts.ts';
import { chosenThresholds } from '../../../src/monitoring/rules/chosenThresholds.ts';
import { type Threshold, thresholdText } from '../../../src/monitoring/rules/threshold.ts';

const figureOf = (name: string) => alerts.find((one) => one.name === name)?.condition.threshold as Threshold;
const withFigure = alerts.filter(({ condition }) => condition.threshold !== null).map(({ name }) => name);
const read = (word: string) => chosenThresholds([word], null).thresholds.get(word.split('=')[0] ?? '');

test.each([
  ['HighDowntime=60s', 60],
  ['HighDowntime=60', 60],
  ['HighDowntime=1m', 60],
  ['HighDowntime=2.5s', 2.5],
  ['DeploymentTakingTooLong=20m', 1200],
  ['DeploytrackGroupAbandoned=7d', 604_800],
  ['DeploymentSuccessRateLow=0.9', 0.9],
  ['DeploymentSuccessRateLow=90%', 0.9],
  ['DeploymentSuccessRateLow=29%', 0.29],
  ['HighErrorRatePostDeploy=0', 0],
  ['RollbacksIncreasing=5', 5],
  ['ErrorBudgetBurnFast=10x', 10],
  ['ErrorBudgetBurnFast=10', 10],
])('the threshold %s is accepted', (word, figure) => {
  expect(read(word)).toBe(figure);
});

describe('Invalid thresholds', () => {
  test.each([
    ['HighDowntime=31s', 'a bound of its histogram: 1s, 2.5s, 5s, 10s, 15s, 20s, 30s, 60s, 120s, 300s'],
    ['HighDowntime=', 'a bound of its histogram'],
    ['DowntimeP95High=300s', '1s, 2.5s, 5s, 10s, 15s, 20s, 30s, 60s, 120s'],
    ['DeploymentSuccessRateLow=95', 'a ratio from 0 to 1, or 0% to 100%'],
    ['DeploymentSuccessRateLow=101%', 'a ratio'],
    ['DeploymentSuccessRateLow=-1', 'a ratio'],
    ['RollbacksIncreasing=2.5', 'a whole number'],
    ['RollbacksIncreasing=99999999999999999999', 'a whole number'],
    ['DeploymentTakingTooLong=0s', 'a duration'],
    ['DeploymentTakingTooLong=soon', 'a duration'],
    ['ErrorBudgetBurnFast=101x', 'at most 100'],
    ['PushgatewayDown=3', 'expected one of DeploymentFailed'],
    ['HighDowntime', 'expected <Alert>=<threshold>, such as HighDowntime=60s'],
    ['HighDowntimes=60s', 'similar: HighDowntime'],
    ['highdowntime=60s', 'similar: HighDowntime'],
    ['Rollback=60s', 'similar: RollbacksIncreasing'],
    ['Nonsense=1', `expected one of ${alerts.map(({ name }) => name).join(', ')}`],
  ])('the threshold %s is rejected with the expected form', (word, expected) => {
    expect(() => read(word)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(expected) }),
    );
  });

  test('an alert that is set twice is rejected', () => {
    const twice = ['HighDowntime=60s', 'HighDowntime=120s'];
    expect(() => chosenThresholds(twice, null)).toThrow('HighDowntime is set twice');
  });

  test('an environment for an alert without one, and an empty environment, are rejected', () => {
    expect(() => chosenThresholds(['HighDowntime=60s'], '')).toThrow('--environment is empty');
  });
});

const anyValue = (figure: Threshold): fc.Arbitrary<number> => {
  switch (figure.kind) {
    case 'bound':
      return fc.constantFrom(...figure.bounds);
    case 'duration':
      return fc.integer({ min: 1, max: 300_000_000 });
    case 'ratio':
      return fc.integer({ min: 0, max: 10_000 }).map((share) => share / 10_000);
    case 'count':
      return fc.nat();
    case 'rate':
      return fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10);
    case 'multiple':
      return fc.integer({ min: 11, max: 1000 }).map((tenths) => tenths / 10);
  }
};

test('every threshold is read back from the form in which it is shown', () => {
  const chosen = fc.constantFrom(...withFigure).chain((name) => {
    const figure = figureOf(name);
    return anyValue(figure).map((value) => ({ name, figure, value }));
  });
  fc.assert(
    fc.property(chosen, ({ name, figure, value }) => {
      expect(read(`${name}=${thresholdText(figure, value)}`)).toBeCloseTo(value, 12);
    }),
    { numRuns: 500 },
  );
});

test('only bounds of the histogram are accepted as thresholds', () => {
  const ofHistograms = withFigure.filter((name) => figureOf(name).kind === 'bound');
  expect(ofHistograms.length).toBe(8);
  fc.assert(
    fc.property(fc.constantFrom(...ofHistograms), fc.nat({ max: 4000 }), (name, seconds) => {
      const figure = figureOf(name);
      const isBound = figure.kind === 'bound' && figure.bounds.includes(seconds);
      if (isBound) expect(read(`${name}=${seconds}s`)).toBe(seconds);
      else expect(() => read(`${name}=${seconds}s`)).toThrow(/invalid threshold/);
    }),
  );
});

test('any text is either a threshold or rejected with one line', () => {
  const word = fc.oneof(
    fc.string(),
    fc.tuple(fc.constantFrom(...withFigure), fc.string()).map((two) => two.join('=')),
  );
  fc.assert(
    fc.property(word, (typed) => {
      try {
        expect(read(typed)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toMatchObject({ code: 'USAGE' });
        expect((error as Error).message).not.toContain('\n');
      }
    }),
  );
});
