import { describe, expect, test } from 'vitest';
import { candidateNames, type SearchSettings } from '../../src/network/searchList.ts';

const names = (hostname: string, settings: Partial<SearchSettings> = {}) =>
  candidateNames(hostname, { resolvConf: '', env: {}, ownName: 'web-1', ...settings });
const searching = 'nameserver 10.0.0.1\nsearch a.example b.example.\n';

describe('Search list', () => {
  test('a host is looked up as given without a search list', () => {
    expect(names('gateway')).toEqual(['gateway']);
  });

  test('a host is looked up in each searched domain, first if it has no dot and last if it has one', () => {
    const resolvConf = searching;
    expect(names('gateway', { resolvConf })).toEqual(['gateway.a.example', 'gateway.b.example', 'gateway']);
    expect(names('gateway.c', { resolvConf })).toEqual([
      'gateway.c',
      'gateway.c.a.example',
      'gateway.c.b.example',
    ]);
  });

  test('a host that ends with a dot is looked up only as given', () => {
    expect(names('gateway.c.', { resolvConf: searching })).toEqual(['gateway.c']);
  });

  test.each([
    ['options ndots:3', {}],
    ['options timeout:1 ndots:3 rotate', {}],
    ['options ndots:1', { RES_OPTIONS: 'ndots:3' }],
  ])(
    'a host with fewer dots than ndots is looked up in the searched domains first: %s %j',
    (options, env) => {
      const resolvConf = `search a.example\n${options}\n`;
      expect(names('x.y.z', { resolvConf, env })).toEqual(['x.y.z.a.example', 'x.y.z']);
      expect(names('w.x.y.z', { resolvConf, env })).toEqual(['w.x.y.z', 'w.x.y.z.a.example']);
    },
  );

  test.each<[string, Partial<SearchSettings>]>([
    ['the variable', { resolvConf: searching, env: { LOCALDOMAIN: 'c.example' } }],
    ['the last line', { resolvConf: `${searching}domain c.example # ours\n` }],
    ['this host’s own name', { ownName: 'web-1.c.example' }],
  ])('the searched domain comes from %s', (_, settings) => {
    expect(names('gateway', settings)).toEqual(['gateway.c.example', 'gateway']);
  });

  test('no domain is searched if the variable is empty', () => {
    expect(names('gateway', { resolvConf: searching, env: { LOCALDOMAIN: '' } })).toEqual(['gateway']);
  });
});
