import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { settingNames, settingOf } from '../../src/cli/define/settings.ts';
import { readSettingsFile } from '../../src/settings/readFile.ts';
import { readSettings, type Settings } from '../../src/settings/settings.ts';
import { fakeContext } from '../support/context.ts';

export interface World {
  readonly options?: Readonly<Record<string, string | true>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Files by their path below the folder that is searched. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where the command runs, below that folder. */
  readonly cwd?: string;
  readonly strictly?: boolean;
  readonly uid?: number;
  readonly mode?: number;
  /** The folder that is searched; a new one by default. */
  readonly base?: string;
  /** Prepares the folder before it is searched. */
  readonly prepare?: (root: string) => void;
}

export function settings({
  options = {},
  env = {},
  files = {},
  cwd = '.',
  strictly = false,
  uid,
  mode = 0o644,
  base,
  prepare,
}: World): Settings {
  const root = base ?? mkdtempSync(join(tmpdir(), 'deploytrack-settings-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
    chmodSync(join(root, name), mode);
  }
  mkdirSync(join(root, cwd), { recursive: true });
  prepare?.(root);
  // Nothing above it is read: the host of the tests may have settings of its own.
  const context = fakeContext({
    env: { DEPLOYTRACK_SETTINGS_ROOT: root, ...env },
    cwd: join(root, cwd),
    uid: uid ?? process.getuid?.(),
  });
  return readSettings(context, { options, readFile: readSettingsFile, strictly });
}

export const yaml = (text: string) => ({ 'deploytrack.yaml': text });
/** A valid and an invalid value for each kind of setting. */
export const samples = {
  folder: { right: './x.db', wrong: '' },
  file: { right: './x.db', wrong: ' ' },
  name: { right: 'acme/über dienst', wrong: 'a\nb' },
  line: { right: 'v "1" 💥', wrong: '' },
  words: { right: 'azure-arc, by hand', wrong: '' },
  duration: { right: '1h30m', wrong: 'abc' },
  url: { right: 'https://host:9091/base', wrong: 'host:9091' },
  urls: { right: 'http://a:9091,https://host/base', wrong: 'http://a:9091,b:9091' },
  proxy: { right: 'http://proxy:3128', wrong: 'proxy:3128' },
  store: { right: 'postgres://reader@host/deployments', wrong: 'host/deployments' },
  flag: { right: '1', wrong: 'maybe' },
  warnings: { right: 'file:/tmp/w.log', wrong: 'loud' },
  /** Any text gives an ID, so none is invalid. */
  id: { right: 'A.b-c_1', wrong: '' },
} as const;
export const every = settingNames.map((name) => ({
  name,
  ...settingOf(name),
  ...samples[settingOf(name).type as keyof typeof samples],
}));
