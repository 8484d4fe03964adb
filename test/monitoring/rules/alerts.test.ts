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
/** A rule that Prometheus cannot read is no proof. */
const otherThanExpected = /exp: .*\n\s+got: /;
const casesOf = (name: string) => cases.filter(({ alert }) => alert === name);

test('every alert has a case in which it fires and one in which it is silent', () => {
  expect(new Set(cases.map(({ alert }) => alert))).toEqual(new Set(names));
  const without = names.filter((name) => {
    const own = casesOf(name);
    return own.every(({ firing }) => firing.length === 0) || own.every(({ firing }) => firing.length > 0);
  });
  expect(without).toEqual([]);
});

describe.each(names)('%s', (name) => {
  const rule = shippedRule(name);

  test('fires when it should and is silent when it should', () => {
    expect(tryRule(rule, casesOf(name))).toBeNull();
  });

  const misled = misleading(casesOf(name));
  if (misled.length > 0)
    test('takes nothing that a gateway loses or keeps for an event', () => {
      expect(tryRule(rule, misled)).toBeNull();
    });

  test('its cases catch a rule that never fires', () => {
    const never = `(\n${rule.expr}\n) and on () (vector(0) > 1)`;
    const firing = casesOf(name).filter((one) => one.firing.length > 0);
    expect(tryRule({ ...rule, expr: never }, firing)).toMatch(otherThanExpected);
  });

  test('its cases catch a rule that fires whatever the value', () => {
    const always = whateverTheValue(rule.expr);
    expect(always).not.toBe(rule.expr);
    const silent = casesOf(name).filter(({ firing }) => firing.length === 0);
    expect(tryRule({ ...rule, expr: always }, silent)).toMatch(otherThanExpected);
  });

  test('its cases catch a rule that fires always', () => {
    expect(tryRule({ ...rule, expr: 'vector(1)' }, casesOf(name))).toMatch(otherThanExpected);
  });
});

/** Compares with what every value reaches; two series that are compared need only differ. */
function whateverTheValue(expr: string): string {
  const numbers = expr
    .replaceAll(/(?:>=?|==) \d[\d.]*( \* [\d.]+)?(?![\w.])/g, '>= -Inf')
    .replaceAll(/< \d[\d.]*/g, '< +Inf');
  return numbers === expr ? expr.replaceAll(' > ', ' != ') : numbers;
}
