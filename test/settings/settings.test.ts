import { describe, expect, test } from 'vitest';
import { settingNames, settingOf } from '../../src/cli/define/settings.ts';
import { every, settings, yaml } from './settingsOf.ts';

describe('Every setting', () => {
  test.each(every)('$name is taken from its option', ({ name, right }) => {
    expect(settings({ options: { [name]: right } }).of(name)).toEqual({
      text: right,
      from: 'option',
      source: `--${name}`,
    });
  });

  test.each(every)('$name is taken from $variable', ({ name, variable, right }) => {
    expect(settings({ env: { [variable]: right } }).of(name)).toEqual({
      text: right,
      from: 'environment',
      source: variable,
    });
  });

  test.each(every.filter(({ name }) => name !== 'id'))(
    '$name is taken from the settings file',
    ({ name, right }) => {
      const found = settings({ files: { 'deploytrack.json': JSON.stringify({ [name]: right }) } }).of(name);
      expect(found).toMatchObject({
        text: right,
        from: 'file',
        source: expect.stringContaining(`deploytrack.json: ${name}`),
      });
    },
  );

  const withWrong = every.filter(({ name }) => name !== 'id');
  test.each(withWrong)('an invalid $name on the command line is a usage error', ({ name, wrong }) => {
    expect(() => settings({ options: { [name]: wrong } })).toThrow(
      ` ${JSON.stringify(wrong)} for --${name}; expected `,
    );
  });

  test.each(every.filter(({ wrong }) => wrong !== ''))(
    'an invalid $name in the environment gives one warning and counts as not set',
    ({ name, variable, wrong }) => {
      const read = settings({ env: { [variable]: wrong } });
      expect(read.of(name)).toBeNull();
      expect(read.problems).toMatchObject([
        {
          code: 'SETTING',
          message: expect.stringContaining(` ${JSON.stringify(wrong)} for ${variable}; expected `),
          failed: 'recording',
        },
      ]);
    },
  );

  test.each(every)('$name is null if it is given nowhere', ({ name }) => {
    expect(settings({}).of(name)).toBeNull();
  });

  test.each(every.filter(({ name }) => name !== 'id'))(
    '$name is not set by an empty $variable',
    ({ name, variable }) => {
      expect(settings({ env: { [variable]: '' } })).toMatchObject({ problems: [] });
      expect(settings({ env: { [variable]: '' } }).of(name)).toBeNull();
    },
  );

  test('each setting has a variable of its own', () => {
    const variables = settingNames.map((name) => settingOf(name).variable);
    expect(new Set(variables).size).toBe(settingNames.length);
  });
});

describe('Precedence', () => {
  const all = {
    options: { environment: 'a' },
    env: { DEPLOYTRACK_ENVIRONMENT: 'b' },
    files: yaml('environment: c'),
  };

  test('the option comes first, then the environment, then the settings file', () => {
    expect(settings(all).text('environment')).toBe('a');
    expect(settings({ ...all, options: {} }).text('environment')).toBe('b');
    expect(settings({ files: all.files }).text('environment')).toBe('c');
  });

  test('an invalid value does not fall through to the next source', () => {
    const read = settings({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: 'abc' }, files: yaml('ledger-timeout: 5s') });
    expect(read.of('ledger-timeout')).toBeNull();
    expect(read.durationMs('ledger-timeout')).toBe(2000);
    expect(read.problems).toHaveLength(1);
  });
});

describe('Setting id', () => {
  test('an empty ID in the environment means no deployment', () => {
    expect(settings({ env: { DEPLOYTRACK_ID: '' } }).of('id')).toEqual({
      text: 'none',
      from: 'environment',
      source: 'DEPLOYTRACK_ID',
    });
  });

  test('an ID in the settings file is ignored', () => {
    const read = settings({ files: yaml('id: abc') });
    expect([read.of('id'), read.problems]).toEqual([null, []]);
  });
});

describe('Invalid values', () => {
  test.each([
    { title: 'for a reading command', world: { strictly: true } },
    { title: 'with `--strict`', world: { options: { strict: true } as const } },
    { title: 'with DEPLOYTRACK_STRICT=1', world: { env: { DEPLOYTRACK_STRICT: '1' } } },
  ])('invalid settings are a usage error $title', ({ world }) => {
    expect(() => settings({ files: yaml('gateway: localhost'), ...world })).toThrow(
      'invalid URL "localhost" for ',
    );
  });

  test('an invalid value is shortened in the message', () => {
    const [problem] = settings({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: 'x'.repeat(500) } }).problems;
    expect(problem?.message.length).toBeLessThan(250);
  });

  test('free-form text has at most 200 characters', () => {
    expect(settings({ env: { DEPLOYTRACK_METHOD: '💥'.repeat(200) } }).problems).toEqual([]);
    expect(settings({ env: { DEPLOYTRACK_METHOD: 'x'.repeat(201) } })).toMatchObject({
      problems: [
        { message: expect.stringContaining('; expected 1 to 200 characters; the value was ignored') },
      ],
    });
  });

  test.each(['a'.repeat(256), 'ü'.repeat(128), '', '\ud800', 'a\u0000', 'a\u0085'])(
    'the name %j is rejected',
    (name) => {
      expect(() => settings({ options: { deployment: name } })).toThrow('--deployment');
    },
  );

  test.each(['a'.repeat(255), '..', '/', 'ü', ' ', 'none'])('the name %j is accepted', (name) => {
    expect(settings({ options: { deployment: name } }).text('deployment')).toBe(name);
  });

  test.each([
    ['a second address without a scheme', 'http://user:secret@a:9091,b:9091'],
    ['a host with a comma', 'http://a,b:9091'],
    ['a second address with a query', 'http://a:9091, http://b:9091/?x=1'],
    ['a separator at the beginning', ',http://a:9091'],
  ])('several gateways with %s are one clear error that shows no password', (_, text) => {
    expect(() => settings({ options: { gateway: text } })).toThrow(
      /^invalid URL "(?!.*secret).*" for --gateway; expected http:\/\/host:9091,http:\/\/other:9091, each with its scheme and without \? and #$/,
    );
  });

  test.each(['http://a:9091;http://b:9091', 'http://a/; http://b/', 'http://a|https://b'])(
    'the message about the gateways %j says that commas separate them',
    (text) => {
      const [problem] = settings({ env: { PUSHGATEWAY_URL: text } }).problems;
      expect(problem?.message).toMatch(
        /^invalid URL "http:\/\/a.* for PUSHGATEWAY_URL; separate several addresses by commas: /,
      );
    },
  );

  test.each(['http://', 'ftp://host', '//host', 'http//host', 'http://ho st'])(
    'the gateway address %j is rejected',
    (url) => {
      expect(() => settings({ options: { gateway: url } })).toThrow('--gateway');
    },
  );

  test.each([
    'proxy:3128',
    'socks5://proxy',
    'http://',
    'http://proxy/path',
    'http://proxy?x',
    'Environment',
  ])('the proxy %j is rejected', (url) => {
    expect(() => settings({ options: { 'gateway-proxy': url } })).toThrow('--gateway-proxy');
  });

  test.each(['', 'environment', 'http://proxy:3128', 'https://u:p@proxy/', 'HTTP://[::1]:3128'])(
    'the proxy %j is accepted',
    (url) => {
      expect(settings({ options: { 'gateway-proxy': url } }).text('gateway-proxy')).toBe(url);
    },
  );
});

describe('Flags', () => {
  test.each([
    ['1', true],
    ['true', true],
    ['TRUE', true],
    ['0', false],
    ['false', false],
  ])('DEPLOYTRACK_STRICT=%s means %s', (value, strict) => {
    expect(settings({ env: { DEPLOYTRACK_STRICT: value } }).strict).toBe(strict);
  });

  test.each([
    ['strict: true', true],
    ['strict: false', false],
    ['strict: 1', true],
  ])('%s in the settings file means %s', (text, strict) => {
    expect(settings({ files: yaml(text) }).strict).toBe(strict);
  });
});
