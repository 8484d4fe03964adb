import { describe, expect, test } from 'vitest';
import { containerState } from '../../src/collect/docker/containerState.ts';
import { textAt } from '../../src/collect/webhook/json.ts';
import { visibleText } from '../../src/ledger/checks/reading.ts';
import { quoted } from '../../src/probe/quoted.ts';
import { responseProblem } from '../../src/push/gateway/gatewayErrors.ts';
import { withoutSecrets } from '../../src/push/gateway/withoutSecrets.ts';

const none = { headers: {} } as Parameters<typeof withoutSecrets>[1];

/** Each place that stores the beginning of a text, and how much of it. */
const cuts: readonly (readonly [where: string, most: number, cut: (text: string) => string | null])[] = [
  ['a text of a webhook', 1000, (text) => textAt({ text }, 'text')],
  ['the output of a container health check', 200, (text) => outputOf(text)],
  ['the response of an endpoint', 80, quoted],
  ['a foreign value', 40, (text) => visibleText(text)],
  [
    'the response of a gateway',
    800,
    (text) => withoutSecrets(responseProblem({ status: 500, location: undefined, body: text }), none),
  ],
];

function outputOf(text: string): string | null {
  const log = [{ Start: '2026-01-15T10:00:00Z', End: '2026-01-15T10:00:01Z', Output: text }];
  const state = {
    Status: 'running',
    StartedAt: '2026-01-15T10:00:00Z',
    Health: { Status: 'unhealthy', Log: log },
  };
  const read = containerState({ Id: 'a'.repeat(64), Name: '/x', Config: { Labels: {} }, State: state }, 0);
  return read?.health?.output ?? null;
}

describe.each(cuts)('Cut of %s', (_, most, cut) => {
  test('a cut text contains no beginning of a secret that the cut separates from its form', () => {
    // The cut is after the first letters of the secret, before the part by which it is recognized.
    for (const [before, secret, behind] of [
      ['', 'https://me:hunter2-hunter2', '@host/'],
      ['', `ghp_hunter2${'aB3d'.repeat(9)}`, ''],
      ['', 'me:hunter2-hunter2', '@tcp(host)/db'],
    ] as const)
      for (const shown of [8, 12, 18]) {
        const filler = 'x '.repeat(most).slice(0, most - shown - before.length);
        expect(cut(`${filler}${before}${secret}${behind} and more`)).not.toContain('hunt');
      }
  });

  test('a short text is not cut', () => expect(cut('it failed')).toContain('it failed'));
});

test('a webhook text of several lines is redacted before it becomes one line', () => {
  expect(textAt({ text: 'password: |\n  hunter2\n  hunter3\nnext: 1' }, 'text')).toBe(
    'password: |   *** next: 1',
  );
});
