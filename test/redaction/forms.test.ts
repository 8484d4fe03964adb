import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostRedacted, redact, redactAddress, withoutPartialWord } from '../../src/redact.ts';
import { knownForms } from '../../src/redaction/tokens.ts';
import { formsOfTools } from './formsOfTools.ts';
import { harmlessTexts } from './harmlessTexts.ts';
import { moreForms } from './moreForms.ts';

/** Texts and their redacted form. */
const hidden: Readonly<Record<string, readonly (readonly [read: string, kept: string])[]>> = {
  'users of addresses': [
    ['https://t0ken@github.com/x', 'https://***@github.com/x'],
    ['https://me:hunter2@github.com', 'https://***@github.com'],
    ['postgres://u:hunter@2@host/db', 'postgres://***@host/db'],
    ['postgres://u:hun/ter#2@host/db', 'postgres://***@host/db'],
    ['amqp+ssl://u:hunter2@h, redis://:hunter2@h', 'amqp+ssl://***@h, redis://***@h'],
    ['ssh://git:hunter2@host', 'ssh://***@host'],
  ],
  'values of names': [
    ['password=hunter2', 'password=***'],
    ['password=a', 'password=***'],
    ['DB_PASSWORD = hunter2 # x', 'DB_PASSWORD = *** # x'],
    ['DB_PASS=hunter2', 'DB_PASS=***'],
    ['dbPass: hunter2', 'dbPass: ***'],
    ['pass=hunter2', 'pass=***'],
    ['"pass": "hunter2"', '"pass": "***"'],
    ['passwd:hunter2 pwd=hunter2', 'passwd:*** pwd=***'],
    ['passphrase: correct horse battery\nnext', 'passphrase: ***\nnext'],
    ['"client_secret" => "hunter2"', '"client_secret" => "***"'],
    [':client_secret=>"hunter2", :a=>1', ':client_secret=>"***", :a=>1'],
    ["'token' => 'hunter2'", "'token' => '***'"],
    ['["password"]=>\n  string(7) "hunter2"', '["password"]=>\n  string(7) "***"'],
    ['[password] => hunter2', '[password] => ***'],
    ['{"token":"a\\"b","x":1}', '{"token":"***","x":1}'],
    ['{\\"token\\":\\"hunter2\\",\\"x\\":1}', '{\\"token\\":\\"***\\",\\"x\\":1}'],
    ["{'api_key': b'hunter2'}", "{'api_key': b'***'}"],
    ['password = "never closed, two words\nand more', 'password = "***"'],
    ['password = "cut here\nsaid "x" then', 'password = "***"\nsaid "x" then'],
    ['password=a,b;c&d user=x', 'password=*** user=x'],
    ['Server=h;Password=hunter2;Encrypt=true', 'Server=h;Password=***;Encrypt=true'],
    ['?a=1&access_token=hunter2&b=2', '?a=1&access_token=***&b=2'],
    ['X-Api-Key: hunter2', 'X-Api-Key: ***'],
    ['aws_secret_access_key = hunter2', 'aws_secret_access_key = ***'],
    ['the api key: hunter2', 'the api key: ***'],
    ['AccountKey=hunter2/+==;EndpointSuffix=x', 'AccountKey=***;EndpointSuffix=x'],
    ['SharedAccessKey=hunter2=', 'SharedAccessKey=***'],
    ['https://h/x?sv=1&sig=hunter2%2Fc&se=2', 'https://h/x?sv=1&sig=***&se=2'],
    ['X-Amz-Signature=hunter2&X-Amz-Date=1', 'X-Amz-Signature=***&X-Amz-Date=1'],
    ['//registry/:_authToken=hunter2 _auth=hunter2', '//registry/:_authToken=*** _auth=***'],
    ['credentials=hunter2 sessionid=hunter2', 'credentials=*** sessionid=***'],
    ['- name: DB_PASSWORD\n  value: hunter2', '- name: DB_PASSWORD\n  value: ***'],
    ['<add key="DbPassword" value="hunter2"/>', '<add key="DbPassword" value="***"/>'],
    ['token%3Dhunter2', 'token%3D***'],
  ],
  elements: [
    ['<password>hunter2</password>', '<password>***</password>'],
    ['<a:clientSecret id="1">hunter 2</a:clientSecret>', '<a:clientSecret id="1">***</a:clientSecret>'],
    ['<token>hunter2', '<token>***'],
  ],
  headers: [
    ['Authorization: Bearer hunter2', 'Authorization: ***'],
    ['authorization=hunter2', 'authorization=***'],
    ['Proxy-Authorization: Basic aHVudGVyMg== x', 'Proxy-Authorization: *** x'],
    ['{"Authorization": "Bearer hunter2"}', '{"Authorization": "***"}'],
    ["-H 'Authorization: token hunter2' https://x/y", "-H 'Authorization: ***' https://x/y"],
    ['Authorization: Digest username="me", response="hunter2"', 'Authorization: ***'],
    ['got Bearer hunter2', 'got Bearer ***'],
    ['Bearer x', 'Bearer ***'],
    ['sent Basic bWU6aHVudGVyMg==', 'sent Basic ***'],
    ['Cookie: a=hunter2; b="hunter 3"\nnext', 'Cookie: ***\nnext'],
    ['Set-Cookie: sid=hunter2; Path=/', 'Set-Cookie: ***'],
    ["curl -H 'Cookie: a=b; c=hunter2' https://x/y", "curl -H 'Cookie: ***' https://x/y"],
  ],
  'words of command lines': [
    ['mysql -u root -phunter2 -h db', 'mysql -u root -p*** -h db'],
    ['mysqladmin -p"hunter 2" ping', 'mysqladmin -p*** ping'],
    ['sshpass -p hunter2 ssh host', 'sshpass -p *** ssh host'],
    ['sshpass -phunter2 ssh host', 'sshpass -p*** ssh host'],
    ['curl -sS -u user:hunter2 https://h', 'curl -sS -u user:*** https://h'],
    ['curl --user=user:hunter2 https://h', 'curl --user=user:*** https://h'],
    ['curl -U user:hunter2 https://h', 'curl -U user:*** https://h'],
    ['redis-cli -a hunter2 ping', 'redis-cli -a *** ping'],
    ['mongodump -p hunter2', 'mongodump -p ***'],
    ['ldapsearch -w hunter2 -x', 'ldapsearch -w *** -x'],
    ['sqlcmd -U sa -P hunter2', 'sqlcmd -U sa -P ***'],
    ['unzip -P hunter2 a.zip', 'unzip -P *** a.zip'],
    ['7z x -phunter2 a.7z', '7z x -p*** a.7z'],
    ['smbclient -U me%hunter2 //h/s', 'smbclient -U me%*** //h/s'],
    ['ssh-keygen -N hunter2 -f k', 'ssh-keygen -N *** -f k'],
    ['docker login -u me -p hunter2 registry', 'docker login -u me -p *** registry'],
    ['openssl rsa -passin pass:hunter2', 'openssl rsa -passin pass:***'],
    [
      'kubectl create secret generic s --from-literal=a=hunter2',
      'kubectl create secret generic s --from-literal=a=***',
    ],
    ['x --db-password hunter2 --api-key=hunter2', 'x --db-password *** --api-key=***'],
    ['Connect-X -Password hunter2 -Token "a b"', 'Connect-X -Password *** -Token ***'],
    ["CREATE USER a IDENTIFIED BY 'hunter2'", "CREATE USER a IDENTIFIED BY '***'"],
    ["ALTER USER a WITH PASSWORD 'hunter2'", "ALTER USER a WITH PASSWORD '***'"],
    ['machine h login me password hunter2', 'machine h login me password ***'],
  ],
  keys: [
    ['a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb', 'a\n***\nb'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n', '***'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nxyz\n-----END PGP PRIVATE KEY BLOCK-----', '***'],
    ['---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nabc\n---- END SSH2 ENCRYPTED PRIVATE KEY ----', '***'],
    ['wq3\nMIIEabcd\nabcd+/=\n-----END PRIVATE KEY-----\nafter it', '***\nafter it'],
    ['some line\nMIIEabcd\r\nabcd+/=\r\n-----END EC PRIVATE KEY-----', 'some line\n***'],
    [`10:02 | ${'Ab+/'.repeat(16)}\nend=\n-----END PRIVATE KEY-----`, '***'],
    ['x MIIE\\nabc=\\n-----END PRIVATE KEY-----', 'x ***'],
  ],
};

/** One of each, as their makers document them; assembled here so that no scanner takes them for real ones. */
const keys: Readonly<Record<string, readonly string[]>> = {
  GitHub: [`ghp_${'aB3d'.repeat(9)}`, `ghs_${'aB3d'.repeat(9)}`, `github_pat_${'aB3_'.repeat(20)}`],
  GitLab: ['glpat', 'glrt', 'gldt'].map((kind) => `${kind}-${'aB3-'.repeat(5)}x`),
  Slack: ['xoxb', 'xoxp', 'xapp'].map((kind) => `${kind}-1-${'aB3d'.repeat(5)}`),
  'Slack and other hooks': [
    'hooks.slack.com/services/T0/B0/abcdefgh',
    'discord.com/api/webhooks/123/abcdef',
    'acme.webhook.office.com/webhookb2/a@b/IncomingWebhook/c',
  ],
  Telegram: [`bot123456789:${'aB3-'.repeat(8)}`],
  AWS: [`AKIA${'A2B3'.repeat(4)}`, `ASIA${'A2B3'.repeat(4)}`],
  npm: [`npm_${'aB3d'.repeat(9)}`],
  PyPI: [`pypi-${'aB3_'.repeat(12)}`],
  'OpenAI, Anthropic': [`sk-${'aB3d'.repeat(12)}`, `sk-ant-api03-${'aB3-'.repeat(8)}`],
  Stripe: [`sk_live_${'aB3d'.repeat(6)}`, `rk_test_${'aB3d'.repeat(6)}`, `whsec_${'aB3d'.repeat(8)}`],
  Google: [`AIza${'aB3-'.repeat(8)}xyz`, `ya29.${'aB3-'.repeat(8)}`],
  Vault: [`hvs.${'aB3d'.repeat(6)}`, `hvb.${'aB3d'.repeat(6)}`],
  'Docker Hub': [`dckr_pat_${'aB3-'.repeat(6)}x`],
  DigitalOcean: [`dop_v1_${'a1b2'.repeat(16)}`],
  SendGrid: [`SG.${'aB3d'.repeat(5)}.${'aB3d'.repeat(10)}`],
  'Hugging Face': [`hf_${'aBcD'.repeat(8)}`],
  Databricks: [`dapi${'a1b2'.repeat(8)}`],
  Shopify: [`shpat_${'a1b2'.repeat(8)}`],
  age: [`AGE-SECRET-KEY-1${'A2B3'.repeat(14)}`],
  Linear: [`lin_api_${'aB3d'.repeat(10)}`, `lin_oauth_${'aB3d'.repeat(10)}`],
  Atlassian: [`ATATT3xFfGF0${'aB3_'.repeat(10)}=AB12CD34`],
  Figma: [`figd_${'aB3-'.repeat(10)}x`],
  Grafana: [`glsa_${'aB3d'.repeat(8)}_1a2b3c4d`, `glc_${'aB3d'.repeat(10)}==`],
  Sentry: [`sntrys_${'aB3d'.repeat(10)}=_${'aB3/'.repeat(8)}`, `sntryu_${'a1b2'.repeat(16)}`],
  Tailscale: [`tskey-auth-${'aB3d'.repeat(3)}-${'aB3d'.repeat(8)}`],
  Terraform: [`aB3daB3daB3daB.atlasv1.${'aB3d'.repeat(16)}`],
  Doppler: [`dp.pt.${'aB3d'.repeat(10)}`, `dp.st.dev.${'aB3d'.repeat(10)}`],
  Groq: [`gsk_${'aB3d'.repeat(13)}`],
  Replicate: [`r8_${'aB3d'.repeat(9)}x`],
  'New Relic': [`NRAK-${'A2B3'.repeat(7)}`],
  Postman: [`PMAK-${'a1b2'.repeat(6)}-${'a1b2'.repeat(8)}xy`],
  RubyGems: [`rubygems_${'a1b2'.repeat(12)}`],
  Square: [`EAAA${'aB3-'.repeat(15)}`, `sq0atp-${'aB3-'.repeat(5)}xy`],
  'Docker Swarm': [`SWMTKN-1-${'a1b2'.repeat(12)}-${'a1b2'.repeat(6)}`],
  Supabase: [`sbp_${'a1b2'.repeat(10)}`],
  Notion: [`secret_${'aB3d'.repeat(10)}xyz`, `ntn_${'aB3d'.repeat(11)}`],
  Airtable: [`pat${'aB3d'.repeat(3)}xy.${'a1b2'.repeat(16)}`],
  PlanetScale: [`pscale_tkn_${'aB3_'.repeat(10)}`],
  Mailgun: [`key-${'a1b2'.repeat(8)}`],
  Mailchimp: [`${'a1b2'.repeat(8)}-us12`],
  Twilio: [`SK${'a1b2'.repeat(8)}`],
  'JSON Web Token': [
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_def',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0',
  ],
};

/** What people and programs write without revealing a secret. */
const harmless = [
  ...harmlessTexts,
  'token expired',
  'password: must be changed',
  'the token: invalid',
  'token is required, password was not given',
  'Bearer token expired',
  'WWW-Authenticate: Bearer realm="x"',
  'Basic authentication failed',
  'authorization: failed',
  'password authentication failed for user "app"',
  'PASS: test_login',
  'tests pass: 12, pass=12, bypass=1, passed=3, compass: north',
  'max_tokens=4096 prompt_tokens: 12',
  'secretName: app TOKEN_FILE=/run/x token_type: bearer, token_url=x',
  'x --token-file /run/x --password-stdin registry',
  'std::token::next() and token::x',
  'password: null, token=None, secret: ""',
  '-p 8080:80 docker run',
  'ssh://git@github.com/acme/app git@github.com:acme/app.git',
  'http://localhost:8080/a/@scope/b',
  'http://[::1]:9091/metrics',
  'author: me, monkey: x, keyboard=y',
  'task-with-a-long-name-of-20 sk-1 AKIA eyJ npm_ ghp_x',
  '-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----',
  'Step 3/10 : RUN make => done, a -> b, 12:30:01 [info] x=1; y=2',
];

describe.each(Object.entries({ ...hidden, ...moreForms, ...formsOfTools }))('Secrets of %s', (_, rows) => {
  test.each(rows)('%j is redacted to %j', (read, kept) => {
    expect(redact(read)).toBe(kept);
    expect(redact(kept)).toBe(kept);
  });
});

/** Each word that makes a name the name of a secret, alone and as a part of it. */
const secretWords = [
  ...[
    'password',
    'passwords',
    'passwort',
    'passwd',
    'passphrase',
    'passcode',
    'pwd',
    'secret',
    'token',
    'credential',
  ],
  ...[
    'session_id',
    'sessid',
    'api_key',
    'apikey',
    'access-key',
    'private_key',
    'accountKey',
    'secret.key',
    'encryption_key',
  ],
  ...[
    'signing_key',
    'master_key',
    'shared_key',
    'storage_key',
    'subscription-key',
    'auth_key',
    'deploy_key',
    'session_key',
  ],
  ...['consumer_key', 'client_key', 'function_key', 'license_key', 'licence_key', 'host_key', 'user_key'],
  ...['pass', 'signature', 'sig', 'auth', 'otp', 'pin'],
];

test.each(secretWords)('the value of %s is redacted, also if the word is part of a name', (word) => {
  for (const name of [word, word.toUpperCase(), `my_${word}`, `MY-${word}`, `${word}_2`])
    expect(redact(`a ${name}=hunter2 b`)).toBe(`a ${name}=*** b`);
});

describe('Keys that are recognized by their form', () => {
  test('the tests have an example of each known form of key', () =>
    expect(Object.keys(keys)).toEqual(knownForms.map(([of]) => of)));

  test.each(Object.values(keys).flat())('%s is redacted in any text', (key) => {
    expect(redact(`before ${key} after`)).toBe('before *** after');
    expect(redact(`"${key}"`)).toBe('"***"');
  });
});

test.each(harmless)('%j is not redacted', (text) => expect(redact(text)).toBe(text));

describe('URLs', () => {
  test.each([
    ['https://ci/run?token=hunter2', 'https://ci/run?token=***'],
    ['https://u:p@ci/run', 'https://***@ci/run'],
    ['http://h/?tok=Q', 'http://h/?tok=***'],
    ['http://h/?Q', 'http://h/?***'],
    ['http://h/x?key=1&pin=1234&b=true;c=hunter2', 'http://h/x?key=***&pin=***&b=true;c=***'],
    ['http://h/x#access_token=hunter2&n=1', 'http://h/x#access_token=***&n=1'],
    [
      'https://dev.azure.com/o/p/_build/results?buildId=12',
      'https://dev.azure.com/o/p/_build/results?buildId=12',
    ],
    ['https://github.com/o/r/actions/runs/1#step:3:10', 'https://github.com/o/r/actions/runs/1#step:3:10'],
  ])('the URL %s is redacted to %s', (read, kept) => {
    expect(redactAddress(read)).toBe(kept);
    expect(redactAddress(kept)).toBe(kept);
  });
});

describe('Text whose beginning was cut off', () => {
  test.each([
    ['unter2\nnext line', 'next line'],
    ['unter2 and more', 'and more'],
    ['unter2', '***'],
    [`${'x'.repeat(9000)} rest\nof it`, 'rest\nof it'],
  ])('a text whose beginning was cut off starts with a whole line or word', (cut, kept) =>
    expect(withoutPartialWord(cut)).toBe(kept),
  );

  test('a text that is too long starts with a whole line after redaction', () => {
    const text = redact(`password=${'x'.repeat(mostRedacted)}\nthe end`);
    expect(text).toBe('the end');
  });
});

test('redacted text stays the same when it is redacted again', () => {
  const pieces = [
    ...Object.values({ ...hidden, ...moreForms, ...formsOfTools })
      .flat()
      .map(([read]) => read),
    ...Object.values(keys).flat(),
    ...harmless,
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces, ' ', '\n', '"', "'", '=', ':', ', '), { maxLength: 6 }),
      (parts) => {
        const once = redact(parts.join('\n'));
        expect(redact(once)).toBe(once);
      },
    ),
  );
});
