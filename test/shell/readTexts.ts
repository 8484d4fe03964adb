import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { powershell, quietPowershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { onlySeven } from './onlySeven.ts';

/** What PowerShell's own parser says about a text; each line begins with its number, except for functions. */
export interface Read {
  /** What it refuses. */
  readonly parser: readonly string[];
  /** What is not in Windows PowerShell 5.1. */
  readonly seven: readonly string[];
  /** Every call of a program. */
  readonly calls: readonly Call[];
  /** Functions with a verb that is not approved. */
  readonly verbs: readonly string[];
}

export interface Call {
  readonly line: number;
  readonly text: string;
  /** Whether the exit code is looked at before the next call. */
  readonly looked: boolean;
  /** Whether it is the last call of the text, outside of blocks of its own. */
  readonly last: boolean;
}

/** Words of Pester, which are functions of that module. */
const known = ['Describe', 'It', 'BeforeAll', 'Should'];

/** Reads texts in one PowerShell. */
export function readTexts(texts: readonly string[]): Read[] {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-texts-'));
  try {
    const files = texts.map((text, at) => {
      const file = join(folder, `${at}.ps1`);
      // A manifest is one expression, which is a script too.
      writeFileSync(file, text);
      return file;
    });
    const job = join(folder, 'job.json');
    writeFileSync(job, JSON.stringify({ files, rules: onlySeven, known }));
    const script = join(root, 'test/shell/powershell/texts.ps1');
    const said = execFileSync(powershell ?? '', ['-NoProfile', '-NonInteractive', '-File', script, job], {
      encoding: 'utf8',
      env: { ...process.env, ...quietPowershell(folder) },
      timeout: 110_000,
      killSignal: 'SIGKILL',
    });
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
