import { expect, test } from 'vitest';
import { addonProblem, type Found } from '../../src/ledger/file/addonProblem.ts';
import { typedPath } from '../../src/text/shellArgument.ts';

const folder = '/opt/deploytrack/node_modules/better-sqlite3';

test.each<{ readonly name: string; readonly found: Found; readonly hint: RegExp }>([
  {
    name: 'an older system compiles the addon',
    found: {
      what: 'does not load',
      folder,
      version: '13.2.0',
      cause: new Error(
        "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by linux-x64.node)",
      ),
    },
    hint: /^run npm run build-release --prefix \/opt\/deploytrack\/node_modules\/better-sqlite3$/,
  },
  {
    name: 'a platform without a ready-made addon compiles it',
    found: { what: 'no file', folder, version: '13.2.0', target: 'linux-s390x' },
    hint: /^run npm run build-release /,
  },
  {
    name: 'a missing file installs exactly this version of the package again',
    found: { what: 'no file', folder, version: '13.2.0', target: 'linux-x64' },
    hint: /^run npm (install|ci) /,
  },
])('the printed fix is right: $name', ({ found, hint }) => {
  expect(addonProblem(found).hint).toMatch(hint);
});

test('a path in a printed fix is a single word for the shell', () => {
  expect(typedPath('C:\\Program Files\\deploytrack\\dist', 'win32')).toBe(
    '"C:\\Program Files\\deploytrack\\dist"',
  );
  expect(typedPath('C:\\deploytrack\\dist', 'win32')).toBe('C:\\deploytrack\\dist');
  expect(typedPath("/opt/a b's", 'linux')).toBe("'/opt/a b'\\''s'");
});
