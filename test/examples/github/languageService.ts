import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

/**
 * GitHub's own linter, as its editors use it. Its modules import JSON as bundlers do, which Node rejects, so
 * it is bundled.
 */
export function languageService(): Service {
  const folder = mkdtempSync(path.join(tmpdir(), 'deploytrack-lint-'));
  const outfile = path.join(folder, 'languageService.cjs');
  try {
    buildSync({
      stdin: {
        contents: `export { validate } from '@actions/languageservice';
          export { registerLogger } from '@actions/languageservice/log';
          export { TextDocument } from 'vscode-languageserver-textdocument';`,
        resolveDir: __dirname,
      },
      bundle: true,
      platform: 'node',
      outfile,
    });
    return createRequire(outfile)(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Service = typeof import('@actions/languageservice') &
  typeof import('@actions/languageservice/log') &
  typeof import('vscode-languageserver-textdocument');
