import { join } from 'node:path';
import { powershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';

/** One script that PowerShell runs, with the preferences of the session that calls it. */
export interface OneScript {
  readonly name: string;
  /** Where it runs. */
  readonly folder: string;
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly arguments?: Readonly<Record<string, string | number | boolean>>;
  /** `$PSNativeCommandArgumentPassing`; Legacy: as in Windows PowerShell 5.1. */
  readonly passing?: 'Standard' | 'Legacy';
  /** `$PSNativeCommandUseErrorActionPreference`. */
  readonly native?: boolean;
  /** `$ErrorActionPreference`. */
  readonly action?: 'Stop' | 'Continue';
  readonly strict?: boolean;
}

/** How a script ended for the session that called it. */
export interface OneEnd {
  readonly code: number | null;
  readonly thrown: string | null;
  readonly output: readonly string[];
  /** The ID of a deployment that the session still has. */
  readonly left: string | null;
}

export const manifest = join(root, 'shell/DeployTrack/DeployTrack.psd1');

/** The words that run the scripts of a JSON file in one PowerShell; with the module if it is wanted. */
export function oneByOne(list: string, { module = false }: { module?: boolean } = {}): string[] {
  const script = join(root, 'test/shell/powershell/oneByOne.ps1');
  const words = ['-NoProfile', '-NonInteractive', '-File', script, list, ...(module ? [manifest] : [])];
  return [powershell ?? '', ...words];
}

/** The text of the JSON file. */
export function listOf(scripts: readonly OneScript[]): string {
  const defaults = {
    ...{ env: {}, arguments: {}, passing: 'Standard' },
    ...{ native: false, action: 'Continue', strict: false },
  };
  return JSON.stringify(scripts.map((one) => ({ ...defaults, ...one })));
}

/** What it printed: how each script ended, by its name. */
export function endsIn(stdout: string): Map<string, OneEnd> {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"'));
  return new Map(
    lines.map((line) => {
      const { name, ...end } = JSON.parse(line);
      return [name, end];
    }),
  );
}
