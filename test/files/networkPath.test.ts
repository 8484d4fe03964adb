import { expect, test } from 'vitest';
import { windowsShare } from '../../src/files/networkPath.ts';

test.each([
  ['\\\\server\\share\\notes\\deployments.db', '\\\\server\\share'],
  ['//server/share/deployments.db', '\\\\server\\share'],
  ['\\\\?\\UNC\\server\\share\\deployments.db', '\\\\server\\share'],
  ['C:\\ProgramData\\deploytrack\\deployments.db', null],
  ['\\\\?\\C:\\ProgramData\\deployments.db', null],
  ['\\\\.\\C:\\deployments.db', null],
])('the share of %s is %s', (path, share) => {
  expect(windowsShare(path, (root) => root)).toBe(share);
});

test('a mapped drive is its share, and a substituted one the folder that it stands for', () => {
  const drives: Record<string, string> = { 'Z:\\': '\\\\server\\share\\', 'S:\\': 'C:\\Services' };
  const of = (path: string) => windowsShare(path, (root) => drives[root] ?? root);
  expect(of('Z:\\deployments.db')).toBe('\\\\server\\share');
  expect(of('S:\\deployments.db')).toBeNull();
});
