import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repository, type Site } from './site.ts';

/** PowerShell 7 if this machine has it: `DEPLOYTRACK_PWSH`, otherwise `pwsh` in PATH; otherwise undefined. */
export const powershell: string | undefined = [
  process.env.DEPLOYTRACK_PWSH,
  ...(process.env.PATH ?? '').split(':').map((folder) => path.join(folder, 'pwsh')),
].find((file) => file !== undefined && file !== '' && existsSync(file));

/** What exists only on Windows, line by line of an example, with its replacement. */
const standIns: readonly (readonly [string, string])[] = [
  ['{ Start-Service -Name Notes }', '{ & $env:NOTES_SERVICE start; if ($LASTEXITCODE) { throw "start" } }'],
  ['{ Stop-Service -Name Notes }', '{ & $env:NOTES_SERVICE stop; if ($LASTEXITCODE) { throw "stop" } }'],
  ["'venv\\Scripts\\python.exe'", "'venv/bin/python'"],
  ['-ItemType Junction', '-ItemType SymbolicLink'],
];

/** A copy of an example that runs here, in a folder of the site; unchanged except for the replacements. */
export function exampleForLinux(site: Site, name: 'deploy.ps1' | 'deploy-module.ps1'): string {
  let text = readFileSync(path.join(repository, 'examples', name), 'utf8');
  for (const [windows, linux] of standIns) {
    if (text.split(windows).length !== 2) throw new Error(`${name} has no single ${windows}`);
    text = text.replace(windows, () => linux);
  }
  const folder = path.join(site.folder, 'powershell');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/**
 * A Python that creates environments without the real pip, which takes seconds; the tests of deploy.sh create
 * real ones. It is the interpreter itself: what a version manager puts into PATH takes half a second more each time.
 */
export function quickPython(site: Site): string {
  const file = path.join(site.bin, 'quick-python');
  const program = 'import sys; print(sys.executable, "python%d.%d" % sys.version_info[:2])';
  const said = execFileSync('python3', ['-c', program], { encoding: 'utf8' }).trim();
  const [python = '', name = ''] = said.split(' ');
  const text = `#!/bin/sh
set -e
[ "$1 $2 $3" = '-m venv --clear' ] || exec '${python}' "$@"
rm -rf "$4"
mkdir -p "$4/bin" "$4/lib/${name}/site-packages"
ln -s '${python}' "$4/bin/python"
echo 'home = ${path.dirname(python)}' >"$4/pyvenv.cfg"
touch "$4/lib/${name}/site-packages/pip.py"
ln -s /bin/true "$4/bin/pip"
`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** The variables of the site that the copy needs. */
export function powershellEnvironment(site: Site): Record<string, string> {
  return { NOTES_SERVICE: path.join(repository, 'examples/service.sh'), ...quietPowershell(site.folder) };
}

/** PowerShell asks nobody for updates, and what it writes is below this folder. */
export function quietPowershell(folder: string): Record<string, string> {
  return {
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    XDG_DATA_HOME: path.join(folder, 'data'),
    XDG_CONFIG_HOME: path.join(folder, 'config'),
  };
}
