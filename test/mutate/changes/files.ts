import { of } from '../mutation.ts';

/** Files of others are followed nowhere, replaced nowhere, and quoted nowhere. */
export const files = [
  ...of('src/files/openOwn.ts', [
    {
      find: 'const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);',
      replace: 'const careful = constants.O_NONBLOCK ?? 0;',
      tests: ['test/ledger/journal.test.ts', 'test/cli/strangersJournal.test.ts'],
      only: 'link',
      why: 'marks are written into a file that a link of another account leads to',
    },
    {
      find: 'const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);',
      replace: 'const careful = constants.O_NOFOLLOW ?? 0;',
      tests: ['test/cli/idFile.test.ts'],
      only: 'that is a pipe',
      why: 'a pipe in place of the ID file holds every command for ever',
    },
    {
      find: "if (stat.nlink > 1) throw new OddFile('several-names');",
      replace: '',
      tests: ['test/cli/strangersJournal.test.ts', 'test/cli/sharedLedger.test.ts'],
      only: 'second name',
      why: 'a second name of a file of root is read as a journal',
    },
    {
      find: 'if (owners !== undefined && !owners.includes(stat.uid))',
      replace: 'if (owners === null)',
      tests: ['test/cli/strangersJournal.test.ts'],
      only: 'of another account',
      why: 'marks of a stranger count, and ours go where only a stranger reads',
    },
    {
      find: 'create: O_RDWR | O_CREAT | O_EXCL,',
      replace: 'create: O_RDWR | O_CREAT,',
      tests: [
        'test/ledger/schemaVersions.test.ts',
        'test/sinks/textfile.test.ts',
        'test/cli/ledgerFile.test.ts',
      ],
      why: 'a file that another account put there is used as our own new one',
    },
  ]),
  ...of('src/ledger/journal/openJournal.ts', [
    {
      find: 'return found?.isDirectory() === true && !isOpenToOthers(found, uid);',
      replace: 'return true;',
      tests: ['test/cli/strangersJournal.test.ts'],
      only: 'private folder',
      why: 'marks are written into a folder that another account made under our name',
    },
    {
      find: '? ownFolder(folder, uid)\n    : folder;',
      replace: '? folder\n    : folder;',
      tests: ['test/cli/strangersJournal.test.ts'],
      only: 'private folder',
      why: 'the journal lies where every account can put another one first',
    },
    {
      find: 'if (isBeside && (around.mode & 0o002) === 0) return undefined;',
      replace: 'if (isBeside) return undefined;',
      tests: ['test/ledger/journal.test.ts'],
      only: 'of another account next to the ledger',
      why: 'in a folder for everyone, marks of any account count',
    },
  ]),
  ...of('src/files/findOwn.ts', [
    {
      find: "if (own !== undefined && stat.uid !== own && stat.uid !== 0) throw new OddFile('foreign-link');",
      replace: '',
      tests: ['test/cli/ledgerFile.test.ts', 'test/cli/sharedLedger.test.ts'],
      why: 'a link of another account decides which file is the ledger',
    },
    {
      find: 'return (mode & 0o022) !== 0 || (uid !== own && uid !== 0);',
      replace: 'return (mode & 0o002) !== 0 || (uid !== own && uid !== 0);',
      tests: ['test/cli/sharedLedger.test.ts', 'test/cli/ledgerFile.test.ts'],
      why: 'in the folder of a group, what its members put there is taken as our own',
    },
  ]),
  ...of('src/files/outTarget.ts', [
    {
      find: "if (isForeign(stat, { folder, uid })) throw new Error('it is a link of another account');",
      replace: '',
      tests: ['test/cli/outFiles.test.ts'],
      only: 'link of another account',
      why: 'an output replaces the file that a trap leads to',
    },
    {
      find: "if (path === '/dev/stdout') return 1;",
      replace: '',
      tests: ['test/cli/outFiles.test.ts'],
      only: '/dev/stdout',
      why: 'an output truncates the log it is appended to',
    },
  ]),
  ...of('src/files/writeOut.ts', [
    {
      find: '(stat === null || stat.isFile()) && ',
      replace: '',
      tests: ['test/cli/outFiles.test.ts'],
      only: 'leaves it a pipe',
      why: '--out /dev/null takes the device away from the host',
    },
    {
      find: "if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;",
      replace: '',
      tests: ['test/cli/outFiles.test.ts'],
      only: 'into a full device',
      why: 'an output on a full disk is a success',
    },
  ]),
  ...of('src/files/replaceFile.ts', [
    {
      find: 'old === null ? mode : 0o600',
      replace: 'old === null ? 0o666 : 0o600',
      tests: ['test/cli/outFiles.test.ts'],
      only: 'permissions',
      why: 'everyone can read an export',
    },
    {
      find: 'if (old !== null) keepRights(descriptor, old);',
      replace: '',
      tests: ['test/cli/outFiles.test.ts'],
      only: 'permissions',
      why: 'an output loses its owner and its mode',
    },
    {
      find: '    fsyncSync(descriptor);\n  } catch (error) {\n    closeSync(descriptor);',
      replace: '  } catch (error) {\n    closeSync(descriptor);',
      tests: ['test/cli/onDisk.test.ts'],
      only: 'that export writes',
      why: 'after a power cut an output is empty instead of old or new',
    },
    {
      find: '      remove();\n',
      replace: '',
      tests: ['test/cli/outFiles.test.ts', 'test/cli/carry.test.ts', 'test/cli/rules.test.ts'],
      why: 'a failed output leaves its temporary file',
    },
  ]),
  ...of('src/files/writeContent.ts', [
    {
      find: 'done += written;',
      replace: 'done = bytes.length;',
      tests: ['test/cli/outFiles.test.ts', 'test/cli/fullDisk.test.ts', 'test/cli/lostOutput.test.ts'],
      why: 'an output on a nearly full disk is cut, with exit code 0',
    },
  ]),
  ...of('src/files/ownFolder.ts', [
    {
      find: "if (found.uid !== uid) return 'it belongs to another account';",
      replace: '',
      tests: ['test/cli/ledgerPlace.test.ts'],
      only: 'that nobody else may write',
      why: 'a ledger is made in the folder of a stranger',
    },
  ]),
  ...of('src/files/readNamed.ts', [
    {
      find: "if (!stat.isFile()) throw new Error('it is not a regular file');",
      replace: '',
      tests: ['test/cli/namedInputs.test.ts', 'test/settings/readSecret.test.ts'],
      why: 'a device in place of a file is read',
    },
  ]),
  ...of('src/ledger/file/findLedger.ts', [
    {
      find: 'const stands = () => (lstatSync(journal, { throwIfNoEntry: false })?.size ?? 0) > 0;',
      replace: 'const stands = () => false;',
      tests: ['test/cli/sharedLedger.test.ts'],
      only: 'rollback journal',
      why: 'a member of the group removes any file of root',
    },
    {
      find: "if (stat.nlink > 1) throw laid(path, 'it has a second name (a hard link)');",
      replace: '',
      tests: ['test/cli/sharedLedger.test.ts'],
      only: 'by a second name of it',
      why: 'a second name of a ledger of root is used as the ledger',
    },
    {
      find: 'if (!found.isFile() || found.nlink > 1)',
      replace: 'if (!found.isFile())',
      tests: ['test/cli/ledgerFile.test.ts', 'test/cli/sharedLedger.test.ts'],
      why: 'SQLite writes its log into a second name of a file of root',
    },
  ]),
];
