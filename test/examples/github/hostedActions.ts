import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Where third-party actions store and find files: the repository, the storage of this run, the storage of all
 * runs.
 */
export interface Shelves {
  readonly repository: string;
  readonly workspace: string;
  readonly artifacts: string;
  readonly caches: string;
}

export type Inputs = Readonly<Record<string, string>>;

interface HostedAction {
  /** Every input that the examples may use, as its author documents it; true: required. */
  readonly inputs: Readonly<Record<string, boolean>>;
  /** Does with folders what the action does with GitHub's storage; throws if the action would fail. */
  run(inputs: Inputs, shelves: Shelves): void;
}

/** The third-party actions that the examples use. */
export const hostedActions: Readonly<Record<string, HostedAction>> = {
  'actions/checkout@v4': {
    inputs: { ref: false, 'fetch-depth': false },
    run: (_inputs, { repository, workspace }) => cpSync(repository, workspace, { recursive: true }),
  },
  'actions/setup-node@v4': {
    inputs: { 'node-version': false, 'node-version-file': false, 'registry-url': false, cache: false },
    run: () => {},
  },
  'actions/upload-artifact@v4': {
    inputs: {
      name: false,
      path: true,
      'if-no-files-found': false,
      'retention-days': false,
      overwrite: false,
    },
    run: upload,
  },
  'actions/download-artifact@v4': {
    inputs: { name: false, pattern: false, path: false, 'merge-multiple': false },
    run: download,
  },
  'actions/cache/restore@v4': {
    inputs: { path: true, key: true, 'restore-keys': false },
    run: restore,
  },
  'actions/cache/save@v4': { inputs: { path: true, key: true }, run: save },
};

/** Without a file the action warns and stores nothing. */
function upload({ name = 'artifact', path: folder = '' }: Inputs, { artifacts }: Shelves): void {
  if (/["<>|*?\r\n\\/:]/.test(name)) throw new Error(`artifact name ${name}`);
  const kept = path.join(artifacts, name);
  if (existsSync(kept)) throw new Error(`artifact ${name} exists`);
  if (existsSync(folder) && readdirSync(folder).length > 0) cpSync(folder, kept, { recursive: true });
}

function download({ pattern = '', path: folder = '' }: Inputs, { artifacts }: Shelves): void {
  if (!pattern.endsWith('*')) throw new Error(`pattern ${pattern}`);
  mkdirSync(folder, { recursive: true });
  for (const name of existsSync(artifacts) ? readdirSync(artifacts) : [])
    if (name.startsWith(pattern.slice(0, -1)))
      cpSync(path.join(artifacts, name), folder, { recursive: true });
}

function restore({ key = '', path: folder = '', ...rest }: Inputs, { caches }: Shelves): void {
  if (key.includes(',')) throw new Error(`key ${key}`);
  const keys = [key, ...(rest['restore-keys'] ?? '').split('\n').filter((line) => line !== '')];
  const age = (name: string) => statSync(path.join(caches, name)).ctimeMs;
  const kept = existsSync(caches) ? readdirSync(caches).sort((a, b) => age(b) - age(a)) : [];
  const names = keys.flatMap((wanted) => kept.filter((name) => decodeURIComponent(name).startsWith(wanted)));
  if (names[0] !== undefined) cpSync(path.join(caches, names[0]), folder, { recursive: true });
}

function save({ key = '', path: folder = '' }: Inputs, { caches }: Shelves): void {
  const kept = path.join(caches, encodeURIComponent(key));
  if (key.includes(',') || existsSync(kept)) throw new Error(`key ${key}`);
  cpSync(folder, kept, { recursive: true });
}
