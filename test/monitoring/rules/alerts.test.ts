import { describe, expect, test } from 'vitest';
import { alerts } from '../../../src/monitoring/rules/alerts/alerts.ts';
import { healthCases } from './cases/healthCases.ts';
import { misleading } from './cases/misleading.ts';
import { objectiveCases } from './cases/objectiveCases.ts';
import { outcomeCases } from './cases/outcomeCases.ts';
import { pipelineCases } from './cases/pipelineCases.ts';
import { stepCases } from './cases/stepCases.ts';
import { shippedRule, tryRule } from './promtool.ts';

const cases = [...outcomeCases, ...healthCases, ...stepCases, ...objectiveCases, ...pipelineCases];
const names = alerts.map(({ name }) => name);
/** An error of Prometheus that it cannot read a rule does not count. */
const otherThanExpected = /exp: .*\n\s+got: /;
const casesOf = (name: string) => cases.filter(({ alert }) => alert === name);

test('every alert has a case in which it fires and one in which it does not', () => {
  expect(new Set(cases.map(({ alert }) => alert))).toEqual(new Set(names));
  const without = names.filter((name) => {
    const own = casesOf(name);
    return own.every(({ firing }) => firing.length === 0) || own.every(({ firing }) => firing.length > 0);
  });
  expect(without).toEqual([]);
});

describe.each(names)('Alert %s', (name) => {
  const rule = shippedRule(name);

  test('the alert fires only in the cases in which it should', () => {
    expect(tryRule(rule, casesOf(name))).toBeNull();
  });

  const misled = misleading(casesOf(name));
  if (misled.length > 0)
    test('the alert does not fire if a gateway loses or restores counters', () => {
      expect(tryRule(rule, misled)).toBeNull();
    });

  test('the cases of the alert detect a rule that never fires', () => {
    const never = `(\n${rule.expr}\n) and on () (vector(0) > 1)`;
    const firing = casesOf(name).filter((one) => one.firing.length > 0);
    expect(tryRule({ ...rule, expr: never }, firing)).toMatch(otherThanExpected);
  });

  test('the cases of the alert detect a rule that fires for any value', () => {
    const always = whateverTheValue(rule.expr);
    expect(always).not.toBe(rule.expr);
    const silent = casesOf(name).filter(({ firing }) => firing.length === 0);
    expect(tryRule({ ...rule, expr: always }, silent)).toMatch(otherThanExpected);
  });

  test('the cases of the alert detect a rule that always fires', () => {
    expect(tryRule({ ...rule, expr: 'vector(1)' }, casesOf(name))).toMatch(otherThanExpected);
  });
});

/** Replaces thresholds by ones that every value exceeds; two compared series need only differ. */
function whateverTheValue(expr: string): string {
  const numbers = expr
    .replaceAll(/(?:>=?|==) \d[\d.]*( \* [\d.]+)?(?![\w.])/g, '>= -Inf')
    .replaceAll(/< \d[\d.]*/g, '< +Inf');
  return numbers === expr ? expr.replaceAll(' > ', ' != ') : numbers;
}
