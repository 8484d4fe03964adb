import { of } from '../mutation.ts';

/** What another account can write decides nothing. */
export const accounts = [
  ...of('src/ledger/file/strangeProgram.ts', [
    {
      find: 'isOfOurs(row) && !texts.has(textOf(row))',
      replace: 'isOfOurs(row) && !texts.has(textOf(row)) && row.type === "view"',
      tests: ['test/ledger/strangeProgram.test.ts'],
      why: 'a trigger of another account runs with each mark of root',
    },
  ]),
  ...of('src/ledger/file/makeFile.ts', [
    {
      find: 'if (!isOurs && !(isShared && stat.gid === folder.gid)) throw notToBeMade(path);',
      replace: '',
      tests: ['test/cli/ledgerFile.test.ts'],
      why: 'an empty file of another account becomes the ledger',
    },
    {
      find: 'isShared ? 0o660 : 0o600',
      replace: 'isShared ? 0o660 : 0o644',
      tests: ['test/ledger/open.test.ts'],
      why: 'every account can read a new ledger',
    },
  ]),
  ...of('src/ledger/file/share.ts', [
    {
      find: '&& !isOurs(head))',
      replace: '&& head.length === 0)',
      tests: ['test/cli/sharedLedger.test.ts'],
      why: 'init --group gives any file of root to the group',
    },
  ]),
  ...of('src/host/whoMayChange.ts', [
    {
      find: "if ((mode & 0o002) !== 0) return 'can be written by every account';",
      replace: '',
      tests: ['test/host/whoMayChange.test.ts'],
      why: 'root runs a program that every account can exchange',
    },
    {
      find: "if (!isTrusted(owner, uid)) return 'belongs to another account';",
      replace: '',
      tests: ['test/host/whoMayChange.test.ts'],
      why: 'root runs a program of another account',
    },
  ]),
  ...of('src/settings/file.ts', [
    {
      find: 'if (foreign(file))',
      replace: 'if (path === "")',
      tests: ['test/settings/file.test.ts'],
      why: 'a settings file of another account decides where marks and secrets go',
    },
    {
      find: 'if ((file.mode & 0o022) !== 0)',
      replace: 'if ((file.mode & 0o002) !== 0)',
      tests: ['test/settings/file.test.ts'],
      why: 'a settings file that a group can write decides where marks and secrets go',
    },
    {
      find: 'if (foreign(folder) || shared(folder))',
      replace: 'if (foreign(folder))',
      tests: ['test/settings/file.test.ts'],
      why: 'a settings file that others can exchange decides where marks and secrets go',
    },
    {
      find: 'passedOver.push(file);',
      replace: 'return file;',
      tests: ['test/settings/file.test.ts'],
      why: 'a settings file in /tmp disables those above',
    },
  ]),
];
