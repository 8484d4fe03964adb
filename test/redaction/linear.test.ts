import { expect, test } from 'vitest';
import { versionOfRef } from '../../src/collect/webhook/deploymentEvent.ts';
import { countMigrations } from '../../src/phases/migrationCount.ts';
import { gatewayAddress } from '../../src/push/gateway/gatewayAddress.ts';
import { redact, redactAddress } from '../../src/redact.ts';
import { csv } from '../../src/report/csv.ts';
import { markdownText } from '../../src/report/markdown.ts';
import { breakCommands } from '../../src/report/messages/ciCommands.ts';
import { formsOfTools } from './formsOfTools.ts';
import { moreForms } from './moreForms.ts';

/** For each rule, texts that make it search far, start often and fail late. */
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
  ...[
    'token=%22x',
    'token=“x ',
    'token: [',
    'token: [\n ',
    'token: ["',
    'token: {"a',
    'token: (a ',
    'token: |\n',
    'token:\n ',
    'token:\n  - ',
    'token:\n- token:',
    'x-token: \n',
    'token="""',
    'token="x\n',
    'token=\'x\ntoken="y\n',
    'token="x" ',
    'token=\'a\'"b"',
    'token=a\\ ',
    'token=$(',
    'token: !a ',
    'tokens: a, ',
    'token[a]',
    'a_KEY',
    'A_KEY=',
  ],
  ...[
    'password("',
    '("token", ',
    '[["token", "',
    '{token, "',
    '(token ',
    ':token "',
    'getConnection("',
    'password is ',
    'password for a: ',
    'set password for ',
    'user=a pass: ',
    'ConvertTo-SecureString ',
    'config set token ',
    'setx ',
  ],
  ...[
    '<a name="token">',
    '<a>token</a><b>',
    '<token><![CDATA[',
    'name="token"\r\n\r\n',
    'value="a',
    'value: a, name: ',
    'kind: Secret data:\n  a: ',
    'kind: Secret data: {',
    'token\t',
    '| token |',
    '\u001b]8',
    '\u001b[',
    '\0',
    'a:b@tcp(',
    'a:b@h:',
    '//a:b@',
    'authorization: a ',
    '"authorization", ',
    'cookie: a\n b=',
    'cookies: {',
  ],
  ...[
    'htpasswd -b a ',
    'htpasswd -a ',
    'net use \\\\a ',
    'vault login -a ',
    'smbclient //a ',
    'curl -u "',
    'wpa_passphrase ',
    'keytool -storepass ',
    'sqlplus a/',
    'snmpwalk -c ',
    '> AUTH a',
    'a:b | chpasswd ',
  ],
  ...[`${'AbC/'.repeat(16)}\n`, `${'x'.repeat(70)}=`, ' ', '\n', '@', '#', '?a=b&', '%'],
];

/** CPU milliseconds of the fastest of several runs, because other load can only make a run slower. */
function cpuMs(work: () => void): number {
  return Math.min(...Array.from({ length: runs }, () => once(work)));
}

const runs = 5;

function once(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const most = 8;

/**
 * How much longer the text of four times the length takes; quadratic time would give 16. Texts that take
 * almost no time are not compared. The long text is read again only while its fastest run is still too slow.
 */
function growth(seed: string, work: (text: string) => unknown): number {
  const text = (length: number) => seed.repeat(Math.ceil(length / seed.length));
  const [short, long] = [text(40_000), text(160_000)];
  let longMs = once(() => work(long));
  if (longMs < 8) return 0;
  const shortMs = Math.max(
    2,
    cpuMs(() => work(short)),
  );
  for (let run = 1; run < 4 * runs && longMs / shortMs >= most; run += 1)
    longMs = Math.min(
      longMs,
      once(() => work(long)),
    );
  return longMs < 8 ? 0 : longMs / shortMs;
}

/** Each form alone, and without its closing end. */
const forms = Object.values({ ...moreForms, ...formsOfTools })
  .flat()
  .flatMap(([read]) => [read, read.replace(/hunter.*$/s, '')])
  .filter((seed) => seed !== '');

test('redacting any repeated form takes linear time', () => {
  const grown = [...new Set(forms)].filter((seed) => {
    const text = (length: number) => seed.repeat(Math.ceil(length / seed.length));
    const [short, long] = [text(4000), text(32_000)];
    // Quadratic time would give 64.
    return once(() => redact(long)) > 100 && once(() => redact(long)) > 24 * once(() => redact(short));
  });
  expect(grown).toEqual([]);
});

test.each(hostile)('redacting %j repeatedly takes linear time', (seed) => {
  expect(growth(seed, redact)).toBeLessThan(most);
  expect(growth(seed, redactAddress)).toBeLessThan(most);
});

test('redacting a word of a megabyte takes less than a second', () => {
  expect(cpuMs(() => redact('y'.repeat(1_000_000)))).toBeLessThan(1000);
});

test.each([
  '=PDO->__construct(a ',
  'getConnection(a ',
  'getConnection(getConnection(a)',
  'smtp.login(a, ',
  'password(" ',
  'password("\\"',
  'Private-Lines: 9\n',
  'a\nPrivate-MAC:',
  'password (a',
  'password ....',
  'password:\n',
  'security unlock-keychain -p',
  '--src-creds ',
])('redacting eight times as much of %j takes linear time', (seed) => {
  const text = (length: number) => seed.repeat(Math.ceil(length / seed.length)).slice(0, length);
  const small = once(() => redact(text(32_768)));
  // 8 for linear time, 64 for quadratic; what takes almost no time is not compared.
  expect(once(() => redact(text(262_144)))).toBeLessThan(Math.max(24 * small, 100));
});

test.each(['alembic', 'flyway', 'django', 'prisma', 'rails', 'ef-core'])(
  'a line of any length is searched for migrations of %s in linear time',
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
  ['the version in a ref', '1.', versionOfRef],
  ['the address of a gateway', '/', (text: string) => gatewayAddress(`http://h${text}x`)],
  ['a cell of a table', '1.', markdownText],
  ['a cell of a table with mentions', '@a:// ', markdownText],
  ['a field of a CSV', ' ', (text: string) => csv([], [[`${text}x`]])],
  ['a text with CI commands', '\n', breakCommands],
  ['a text with CI commands at many line starts', '\n  ::', breakCommands],
  ['a text with CI commands anywhere', '##', breakCommands],
  ['a text with CI commands after invisible characters', '#\u200b', breakCommands],
])('%s is read in linear time', (_, seed, read) => {
  expect(growth(seed, read)).toBeLessThan(most);
});
