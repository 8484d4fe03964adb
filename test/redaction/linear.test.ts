import { expect, test } from 'vitest';
import { versionOfRef } from '../../src/collect/webhook/deploymentEvent.ts';
import { countMigrations } from '../../src/commands/phase/migrationCount.ts';
import { redact, redactAddress } from '../../src/redact.ts';
import { breakCommands } from '../../src/report/ciCommands.ts';
import { csv } from '../../src/report/csv.ts';
import { markdownText } from '../../src/report/markdown.ts';
import { gatewayAddress } from '../../src/sinks/gatewayAddress.ts';

/** For each rule what makes it look far, begin often and fail late. */
const hostile = [
  ...[
    'token.',
    'a.a.a.',
    '::::',
    '====',
    'https://',
    '-----BEGIN ',
    '-----END RSA PRIVATE KEY-----',
    '\\n-----END PRIVATE KEY-----',
  ],
  ...[
    'token="',
    "token='x ",
    'token=\\"',
    'token=\\\\"',
    'token:   ',
    'token\n',
    'token: {',
    'password=',
    'passpasspass',
    'sig=&',
  ],
  ...[
    'name "value" ',
    '"value"',
    `='"`,
    '\\"',
    '<token>',
    '<token ',
    '<a ',
    'authorization: ',
    'authorization: digest ',
    'cookie:',
  ],
  ...[
    'bearer ',
    'basic aaaa',
    'basic aaaaaaaa:',
    'login a password ',
    'identified with ',
    "password '",
    'mysql -p',
    'docker login ',
    'docker ',
  ],
  ...[
    '--password ',
    '-a-token',
    '--',
    '://a:b',
    '://u@',
    '://a:b/',
    'eyJ-',
    'eyJa.',
    'bot123456:',
    'SG.a.',
    'hooks.slack.com/',
    'y',
    'A',
  ],
  ...[`${'AbC/'.repeat(16)}\n`, `${'x'.repeat(70)}=`, ' ', '\n', '@', '#', '?a=b&', '%'],
];

/** CPU milliseconds of the quickest of several runs: whatever else the machine does makes it slower, never quicker. */
function cpuMs(work: () => void): number {
  const one = () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  return Math.min(...Array.from({ length: 5 }, one));
}

/** How much longer four times the text takes; a square would be 16. Texts that take next to nothing are not compared. */
function growth(seed: string, work: (text: string) => unknown): number {
  const text = (length: number) => seed.repeat(Math.ceil(length / seed.length));
  const [short, long] = [text(40_000), text(160_000)];
  const longMs = cpuMs(() => work(long));
  return longMs < 8
    ? 0
    : longMs /
        Math.max(
          2,
          cpuMs(() => work(short)),
        );
}

const most = 8;

test.each(hostile)('redacting %j again and again takes a time that grows with the text', (seed) => {
  expect(growth(seed, redact)).toBeLessThan(most);
  expect(growth(seed, redactAddress)).toBeLessThan(most);
});

test('a word of a megabyte takes no second', () => {
  expect(cpuMs(() => redact('y'.repeat(1_000_000)))).toBeLessThan(1000);
});

test.each(['alembic', 'flyway', 'django', 'prisma', 'rails', 'ef-core'])(
  'a line of any length is looked at once for the migrations of %s',
  (tool) => {
    for (const seed of [
      'Running upgrade ',
      'Migrating schema ',
      '  Applying a.',
      'Applying migration ',
      '==  x ',
      'a.',
      ' ',
    ])
      expect(growth(seed, countMigrations(tool).observe)).toBeLessThan(most);
  },
);

test.each([
  ['a version of a ref', '1.', versionOfRef],
  ['an address of a gateway', '/', (text: string) => gatewayAddress(`http://h${text}x`)],
  ['a cell of a table', '1.', markdownText],
  ['a cell of a table with mentions', '@a:// ', markdownText],
  ['a field of a CSV', ' ', (text: string) => csv([], [[`${text}x`]])],
  ['what a CI would act on', '\n', breakCommands],
  ['what a CI would act on, at many starts of lines', '\n  ::', breakCommands],
  ['what a CI would act on, anywhere', '##', breakCommands],
  ['what a CI would act on, behind unseen characters', '#\u200b', breakCommands],
])('%s is read in a time that grows with the text', (_, seed, read) => {
  expect(growth(seed, read)).toBeLessThan(most);
});
