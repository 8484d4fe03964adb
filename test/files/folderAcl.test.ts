import { expect, test } from 'vitest';
import { folderOnWindows } from '../../src/doctor/checks/folderOnWindows.ts';
import { icaclsProblem } from '../../src/files/closeFolder.ts';
import { readAcl } from '../../src/files/folderAcl.ts';

const ada = 'S-1-5-21-1004336348-1177238915-682003330-1001';
const eve = 'S-1-5-21-1004336348-1177238915-682003330-1002';
const path = 'C:\\ProgramData\\deploytrack';
const closed = '(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
const asBelowProgramData = `(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)`;
const grants = '/inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" /grant:r "*S-1-5-32-544:(OI)(CI)F"';

test.each([
  [`O:BAD:PAI${closed}\r\n`, { owner: 'S-1-5-32-544', allowed: ['S-1-5-18', 'S-1-5-32-544'] }],
  [`O:${ada}G:S-1-5-21-1-2-3-513D:P(D;;FA;;;WD)(A;;FA;;;${ada})`, { owner: ada, allowed: [ada] }],
  ['O:SYD:NO_ACCESS_CONTROL', { owner: 'S-1-5-18', allowed: ['S-1-1-0'] }],
  ['', null],
  ['GetAccessControl : Access to the path is denied', null],
])('the owner and rights in %j are read', (sddl, acl) => {
  expect(readAcl(sddl)).toEqual(acl);
});

const found = (sddl: string, isAdministrator = true) =>
  folderOnWindows(path, { acl: readAcl(sddl), account: { sid: ada, isAdministrator } });

test('a folder that is closed, or whose rights a group was given on purpose, is fine', () => {
  for (const owner of ['SY', 'BA', 'LA', ada]) expect(found(`O:${owner}D:PAI${closed}`)).toEqual([]);
  expect(found(`O:${ada}D:PAI${closed}(A;OICI;FA;;;${ada})(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1100)`)).toEqual(
    [],
  );
});

test('a folder that an earlier version made is closed by one line of icacls', () => {
  const [finding, ...more] = found(`O:SYD:AI${asBelowProgramData}`);
  expect(more).toEqual([]);
  expect(finding?.state).toBe('wrong');
  expect(finding?.fix).toContain(`\`icacls ${path} ${grants} /remove:g "*S-1-5-32-545"\``);
});

test('a folder that another account made first is taken from it, and closed', () => {
  const [owner, rights] = found(`O:${eve}D:PAI(A;OICI;FA;;;${eve})`, false);
  expect(owner?.message).toContain(eve);
  expect(owner?.fix).toContain(`\`icacls ${path} /setowner "*S-1-5-32-544" /T\``);
  expect(rights?.fix).toContain(
    `\`icacls ${path} ${grants} /grant:r "*${ada}:(OI)(CI)F" /remove:g "*${eve}"\``,
  );
});

test('a folder whose rights cannot be read is named as not checked', () => {
  const unknown = [
    folderOnWindows(path, { acl: null, account: { sid: ada, isAdministrator: true } }),
    folderOnWindows(path, { acl: readAcl(`O:BAD:${closed}`), account: null }),
  ];
  for (const [finding] of unknown) expect(finding?.message).toContain('were not checked');
});

test.each([
  [{ status: 0 }, null],
  [{ status: 5 }, 'icacls ended with exit code 5'],
  [{ status: null, error: Object.assign(new Error(), { code: 'ETIMEDOUT' }) }, 'icacls did not end in time'],
  [
    { status: null, error: Object.assign(new Error(), { code: 'ENOENT' }) },
    'icacls could not be run (ENOENT)',
  ],
])('after icacls ended as %j the problem is %j', (end, problem) => {
  expect(icaclsProblem(end)).toBe(problem);
});
