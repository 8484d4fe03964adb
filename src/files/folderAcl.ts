import { windowsProgram } from '../context.ts';
import { administrators, system } from './closeFolder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who owns a folder on Windows, and who may do something in it: SIDs. */
export interface FolderAcl {
  readonly owner: string;
  /** Of the entries that allow something; inherited ones too. */
  readonly allowed: readonly string[];
}

/** A healthy host needs about one. */
const timeoutMs = 5000;

/** No cmdlets: below PowerShell 7 it would look for them in the modules of that one. */
const script =
  "[System.IO.Directory]::GetAccessControl($env:FOLDER_LOOKED_AT).GetSecurityDescriptorSddlForm('Owner, Access')";

/** Null if it cannot be determined within 5 s. Starts a process. */
export function folderAcl(path: string, env: Environment): FolderAcl | null {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { stdout } = spawnSync(
    windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe'),
    ['-NoProfile', '-NonInteractive', '-Command', script],
    {
      encoding: 'latin1',
      env: { ...env, FOLDER_LOOKED_AT: path },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
      windowsHide: true,
    },
  );
  return readAcl(stdout ?? '');
}

export const everyone = 'S-1-1-0';

/** The abbreviations of SDDL that matter here: learn.microsoft.com/windows/win32/secauthz/sid-strings */
const abbreviations: Readonly<Record<string, string>> = {
  SY: system,
  BA: administrators,
  WD: everyone,
  AU: 'S-1-5-11',
  BU: 'S-1-5-32-545',
  BG: 'S-1-5-32-546',
  IU: 'S-1-5-4',
  NU: 'S-1-5-2',
  AN: 'S-1-5-7',
};

/** From SDDL, `O:BAD:PAI(A;OICI;FA;;;SY)…`; null if it is none. A folder without a list is open to everyone. */
export function readAcl(sddl: string): FolderAcl | null {
  const [, owner, list] = /^O:(S-[\d-]+|[A-Z]{2}).*?D:(.*)$/.exec(sddl.trim()) ?? [];
  if (owner === undefined || list === undefined) return null;
  const sidOf = (name: string) => abbreviations[name] ?? name;
  const entries = [...list.matchAll(/\(X?A;[^;]*;[^;]*;[^;]*;[^;]*;([^;)]+)/g)].map(([, who = '']) => who);
  const allowed = list.startsWith('NO_ACCESS_CONTROL') ? [everyone] : [...new Set(entries.map(sidOf))];
  return { owner: sidOf(owner), allowed };
}
