import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repository, type Site } from './site.ts';

/** PowerShell 7 if this machine has it: `DEPLOYTRACK_PWSH`, otherwise `pwsh` in PATH; otherwise undefined. */
export const powershell: string | undefined = [
  process.env.DEPLOYTRACK_PWSH,
  ...(process.env.PATH ?? '').split(':').map((folder) => path.join(folder, 'pwsh')),
].find((file) => file !== undefined && file !== '' && existsSync(file));

/** What exists only on Windows, line by line of deploy.ps1, with its replacement. */
const standIns: readonly (readonly [string, string])[] = [
  ['{ Start-Service -Name Notes }', '{ & $env:NOTES_SERVICE start; Assert-Exit start }'],
  ['{ Stop-Service -Name Notes }', '{ & $env:NOTES_SERVICE stop; Assert-Exit stop }'],
  ["'venv\\Scripts\\python.exe'", "'venv/bin/python'"],
  ['-ItemType Junction', '-ItemType SymbolicLink'],
];

/** A copy of deploy.ps1 that runs here, in a folder of the site; unchanged except for the replacements. */
export function deployScriptForLinux(site: Site): string {
  let text = readFileSync(path.join(repository, 'examples/deploy.ps1'), 'utf8');
  for (const [windows, linux] of standIns) {
    if (text.split(windows).length !== 2) throw new Error(`deploy.ps1 has no single ${windows}`);
    text = text.replace(windows, () => linux);
  }
  const folder = path.join(site.folder, 'powershell');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'deploy.ps1');
  writeFileSync(file, text);
  return file;
}

/**
 * A Python that creates environments without the real pip, which takes seconds; the tests of deploy.sh create
 * real ones.
 */
export function quickPython(site: Site): string {
  const file = path.join(site.bin, 'quick-python');
  const text = `#!/usr/bin/env bash
set -e
if [[ "$1 $2 $3" != '-m venv --clear' ]]; then exec python3 "$@"; fi
python3 -m venv --clear --without-pip "$4"
for packages in "$4"/lib/python3*/site-packages; do touch "$packages/pip.py"; done
`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** The variables of the site that the copy needs. */
export function powershellEnvironment(site: Site): Record<string, string> {
  return {
    NOTES_SERVICE: path.join(repository, 'examples/service.sh'),
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
    XDG_CACHE_HOME: path.join(site.folder, 'cache'),
  };
}
