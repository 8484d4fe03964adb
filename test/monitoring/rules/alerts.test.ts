import { beforeAll, describe, expect, test } from 'vitest';
import { alerts } from '../../../src/monitoring/rules/alerts/alerts.ts';
import { healthCases } from './cases/healthCases.ts';
import { misleading } from './cases/misleading.ts';
import { objectiveCases } from './cases/objectiveCases.ts';
import { outcomeCases } from './cases/outcomeCases.ts';
import { pipelineCases } from './cases/pipelineCases.ts';
import { stepCases } from './cases/stepCases.ts';
import { shippedRule } from './promtool.ts';
import { type Trial, tryTogether } from './tryTogether.ts';

const cases = [...outcomeCases, ...healthCases, ...stepCases, ...objectiveCases, ...pipelineCases];
const names = alerts.map(({ name }) => name);
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

/** The rule of an alert as shipped, and three rules that are wrong. */
function trialsOf(name: string): Trial[] {
  const rule = shippedRule(name);
  const own = casesOf(name);
  const firing = own.filter((one) => one.firing.length > 0);
  const silent = own.filter((one) => one.firing.length === 0);
  const wrong = (expr: string) => ({ ...rule, expr });
  return [
    { name, rule, cases: own },
    { name: `${name}_never`, rule: wrong(`(\n${rule.expr}\n) and on () (vector(0) > 1)`), cases: firing },
    { name: `${name}_any`, rule: wrong(whateverTheValue(rule.expr)), cases: silent },
    { name: `${name}_always`, rule: wrong('vector(1)'), cases: own },
  ].filter(({ cases: tried }) => tried.length > 0);
}

/** The rule as shipped, with what a gateway does to its counters. */
function misledOf(name: string): Trial[] {
  const cases = misleading(casesOf(name));
  return cases.length === 0 ? [] : [{ name: `${name}_misled`, rule: shippedRule(name), cases }];
}

let said: ReadonlyMap<string, string>;
beforeAll(async () => {
  // What a gateway does is long, and no business of the wrong rules.
  said = await tryTogether([
    ...names.map(trialsOf),
    ...names.map(misledOf).filter(({ length }) => length > 0),
  ]);
}, 300_000);

describe.each(names)('Alert %s', (name) => {
  test('the alert fires only in the cases in which it should', () => {
    expect(said.get(name)).toBeUndefined();
  });

  if (misleading(casesOf(name)).length > 0)
    test('the alert does not fire if a gateway loses or restores counters', () => {
      expect(said.get(`${name}_misled`)).toBeUndefined();
    });

  test('the cases of the alert detect a rule that never fires', () => {
    expect(said.get(`${name}_never`)).toMatch(otherThanExpected);
  });

  test('the cases of the alert detect a rule that fires for any value', () => {
    const { expr } = shippedRule(name);
    expect(whateverTheValue(expr)).not.toBe(expr);
    expect(said.get(`${name}_any`)).toMatch(otherThanExpected);
  });

  test('the cases of the alert detect a rule that always fires', () => {
    expect(said.get(`${name}_always`)).toMatch(otherThanExpected);
  });
});

/** Replaces thresholds by ones that every value exceeds; two compared series need only differ. */
function whateverTheValue(expr: string): string {
  const numbers = expr
    .replaceAll(/(?:>=?|==) \d[\d.]*( \* [\d.]+)?(?![\w.])/g, '>= -Inf')
    .replaceAll(/< \d[\d.]*/g, '< +Inf');
  return numbers === expr ? expr.replaceAll(' > ', ' != ') : numbers;
}
