import { expect, test } from 'vitest';
import { readAccount, rightsOf } from '../../src/files/closeFolder.ts';

/** What `whoami /user /groups /fo csv /nh` prints; names are translated, SIDs are not. */
const whoami = (sid: string, groups: readonly string[]) =>
  [
    `"srv\\ada","${sid}"`,
    ...groups.map((group) => `"Gruppe","Bekannte Gruppe","${group}","Aktivierte Gruppe"`),
  ].join('\r\n');

const ada = 'S-1-5-21-1004336348-1177238915-682003330-1001';
const [high, medium, ofSystem] = ['S-1-16-12288', 'S-1-16-8192', 'S-1-16-16384'];
const administrators = 'S-1-5-32-544';

test.each([
  ['an administrator with all rights', ada, [administrators, high], true],
  ['an administrator without elevation', ada, [administrators, medium], false],
  ['an account without rights', ada, ['S-1-5-32-545', medium], false],
  ['SYSTEM', 'S-1-5-18', [administrators, ofSystem], true],
  ['a service with a high integrity level', 'S-1-5-80-1-2-3-4-5', ['S-1-5-32-545', high], false],
])('%s is recognized by its SIDs', (_, sid, groups, isAdministrator) => {
  expect(readAccount(whoami(sid, groups))).toEqual({ sid, isAdministrator });
});

test('an account without a SID is unknown', () => {
  expect(readAccount('VM\\root\r\n')).toBeNull();
});

test('a new folder is for SYSTEM, administrators, and the account that made it if it is neither', () => {
  const path = 'C:\\ProgramData\\deploytrack';
  const open = ['/grant:r', '*S-1-5-18:(OI)(CI)F', '/grant:r', '*S-1-5-32-544:(OI)(CI)F'];
  expect(rightsOf(path, { sid: ada, isAdministrator: true })).toEqual([path, '/inheritance:r', ...open]);
  expect(rightsOf(path, { sid: ada, isAdministrator: false })).toEqual([
    path,
    '/inheritance:r',
    ...open,
    '/grant:r',
    `*${ada}:(OI)(CI)F`,
  ]);
});
