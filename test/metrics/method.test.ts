import { expect, test } from 'vitest';
import { methodLabel } from '../../src/metrics/recent.ts';

test.each([
  ['azure-arc', 'azure-arc'],
  ['Azure Arc', 'azure-arc'],
  ['manual', 'manual'],
  ['github-actions', 'ci'],
  ['azure-devops', 'ci'],
  ['Jenkins', 'ci'],
  ['CI', 'ci'],
  ['ansible', 'other'],
  ['', 'other'],
])('the deployment method %j has the label %s', (method, label) => {
  expect(methodLabel(method)).toBe(label);
});
