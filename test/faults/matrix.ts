import { type Column, columns } from './columns.ts';

/** A row: which command is tested where. Every column stands exactly once in it. */
export interface Row {
  readonly title: string;
  /** Run by the test of the row in this folder. */
  readonly here: readonly Column[];
  /** Tested elsewhere, by file. */
  readonly seen: Readonly<Record<string, readonly Column[]>>;
}

type Group = 'disk' | 'ledger' | 'gateway' | 'process';

const all = (title: string): Row => ({ title, here: columns, seen: {} });
const rest = (title: string, seen: Row['seen']): Row => ({
  title,
  here: columns.filter((column) => !Object.values(seen).some((some) => some.includes(column))),
  seen,
});

const unusable = {
  'test/cli/unusableLedger.test.ts': [
    'start',
    'phase start, phase end',
    'phase run, exit 3',
    'run, exit 3',
    'finish',
    'history',
    'doctor',
  ],
} as const;
const failing = {
  'test/cli/gatewayFaults.test.ts': [
    'start',
    'phase start, phase end',
    'phase run, exit 3',
    'phase run, exit 0',
    'finish',
    'push',
  ],
} as const;

/** Faults by what fails. */
export const matrix: Readonly<Record<Group, readonly Row[]>> = {
  disk: [
    rest('full disk', { 'test/cli/fullDisk.test.ts': ['phase run, exit 3', 'finish'] }),
    all('nearly full disk'),
    all('disk without free inodes'),
    rest('disk mounted read-only', { 'test/cli/unreadableLedger.test.ts': ['history'] }),
    rest('limit of 16 KiB for the size of files', {
      'test/cli/fullDisk.test.ts': ['start', 'phase run, exit 3'],
    }),
    all('temporary folder that does not exist'),
    all('working folder that was removed'),
  ],
  ledger: [
    rest('ledger locked by another process', {
      'test/cli/lockedLedger.test.ts': ['start', 'phase run, exit 3', 'run, exit 3'],
    }),
    rest('ledger in a folder that the account may not enter', {
      'test/cli/unreadableLedger.test.ts': ['history', 'doctor'],
    }),
    rest('ledger in a folder that the account may not write', {
      'test/cli/unusableLedger.test.ts': ['phase run, exit 3', 'finish', 'history'],
    }),
    rest('damaged ledger', unusable),
    rest('ledger of a newer version', unusable),
    rest('folder in place of the ledger', unusable),
    all('pipe in place of the ledger'),
    all('link of another account in place of the ledger'),
    rest('file system without locks', { 'test/cli/unfitFileSystem.test.ts': ['history', 'doctor'] }),
  ],
  gateway: [
    rest('gateway whose port is closed', failing),
    rest('gateway that never responds', failing),
    rest('gateway that responds with a byte a second', failing),
    all('gateway whose response never ends'),
    all('gateway that resets connections'),
    rest('gateway that responds with a web page', { 'test/cli/noPushgateway.test.ts': ['push', 'doctor'] }),
    rest('gateway that responds with 301', failing),
    all('gateway that responds with 400'),
    all('gateway that responds with 401'),
    all('gateway that responds with 413'),
    rest('gateway that responds with 500', failing),
    all('gateway that never finishes the TLS handshake'),
    rest('name servers that never respond', {
      'test/cli/silentNameServers.test.ts': [
        'start',
        'phase start, phase end',
        'phase run, exit 0',
        'run, exit 3',
        'health',
        'finish',
        'push',
        'doctor',
      ],
    }),
    all('no network'),
  ],
  process: [
    all('PID namespace of its own'),
    all('no /proc'),
    all('closed standard input'),
    rest('full standard output', {
      'test/cli/lostOutput.test.ts': ['start', 'phase run, exit 3', 'history', 'doctor'],
    }),
    all('closed standard error'),
    rest('full standard error', {
      'test/cli/lostOutput.test.ts': ['phase start, phase end', 'history'],
    }),
    all('no HOME'),
    all('environment with nothing but the ledger and the gateway'),
    all('umask 0777'),
    all('limit of 32 open files'),
    all('clock set back by a day'),
    all('heap of 20 MiB'),
  ],
};

/** The columns that the test of a row runs; throws if there is no such row. */
export function columnsHere(title: string): readonly Column[] {
  const row = Object.values(matrix)
    .flat()
    .find((one) => one.title === title);
  if (row === undefined) throw new Error(`no row: ${title}`);
  return row.here;
}
