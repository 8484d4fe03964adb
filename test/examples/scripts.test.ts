import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repository } from './site.ts';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'deploytrack-scripts-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string): string {
  return path.join(repository, 'scripts', name);
}

describe('the headers that better-sqlite3 is compiled against', () => {
  /** What a script sees after it has sourced the file, with that folder first in PATH. */
  function sourced(bin: string, commands: string): string {
    const { stdout } = spawnSync('bash', ['-c', `. "$0"; ${commands}`, script('node-headers.sh')], {
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env.PATH}`, npm_config_nodedir: '/preset', HOME: folder },
    });
    return stdout.trim();
  }

  function nodeAt(home: string, { headers }: { headers: boolean }): string {
    mkdirSync(path.join(home, 'bin'), { recursive: true });
    if (headers) {
      mkdirSync(path.join(home, 'include/node'), { recursive: true });
      writeFileSync(path.join(home, 'include/node/node.h'), '');
    }
    const node = path.join(home, 'bin/node');
    writeFileSync(node, `#!/bin/sh\n[ "$1" = -p ] && echo '${home}' || echo "this node: $*"\n`);
    chmodSync(node, 0o755);
    return path.join(home, 'bin');
  }

  it('are those above the bin folder of the Node in PATH, whatever npm is preset to', () => {
    const bin = nodeAt(path.join(folder, 'node'), { headers: true });
    expect(sourced(bin, 'echo "$npm_config_nodedir"')).toBe(path.join(folder, 'node'));
  });

  it('are left to npm where that Node brings none', () => {
    const bin = nodeAt(path.join(folder, 'node'), { headers: false });
    expect(sourced(bin, 'echo "$npm_config_nodedir"')).toBe('/preset');
  });

  it('belong to the Node that runs npm too, when npm is a link', () => {
    const bin = nodeAt(path.join(folder, 'node'), { headers: true });
    writeFileSync(path.join(folder, 'npm-cli.js'), '');
    chmodSync(path.join(folder, 'npm-cli.js'), 0o755);
    symlinkSync(path.join(folder, 'npm-cli.js'), path.join(bin, 'npm'));
    expect(sourced(bin, 'npm_of_this_node ci')).toBe(`this node: ${path.join(folder, 'npm-cli.js')} ci`);
  });

  it('and when it is a wrapper beside the npm that it stands for', () => {
    const bin = nodeAt(path.join(folder, 'node'), { headers: true });
    const cli = path.join(folder, 'node/lib/node_modules/npm/bin/npm-cli.js');
    mkdirSync(path.dirname(cli), { recursive: true });
    writeFileSync(cli, '');
    writeFileSync(path.join(bin, 'npm'), '#!/bin/sh\necho another node\n');
    chmodSync(path.join(bin, 'npm'), 0o755);
    expect(sourced(bin, 'npm_of_this_node ci')).toMatch(/^this node: .*npm-cli\.js ci$/);
  });
});

describe('the closing line of scripts/test', () => {
  function closing(result: string | null, ...failedSteps: string[]): { line: string; code: number | null } {
    const file = path.join(folder, 'result.json');
    if (result !== null) writeFileSync(file, result);
    const { stdout, status } = spawnSync(
      process.execPath,
      [script('count-tests.mjs'), file, ...failedSteps],
      { encoding: 'utf8' },
    );
    return { line: stdout, code: status };
  }

  const passing = { status: 'passed', assertionResults: [{ status: 'passed' }] };
  const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  const broken = { status: 'failed', assertionResults: [] };

  it.each([
    {
      what: 'all passed',
      passed: 7,
      failed: 0,
      files: [passing],
      steps: [],
      line: '7 passed, 0 failed, 0 skipped\n',
      code: 0,
    },
    {
      what: 'a test failed',
      passed: 6,
      failed: 1,
      files: [failing],
      steps: ['tests'],
      line: '6 passed, 1 failed, 0 skipped\n',
      code: 1,
    },
    {
      what: 'a file did not load',
      passed: 7,
      failed: 0,
      files: [passing, broken],
      steps: ['tests'],
      line: '7 passed, 1 failed, 0 skipped\n',
      code: 1,
    },
    {
      what: 'an error came outside of the tests',
      passed: 7,
      failed: 0,
      files: [passing],
      steps: ['tests'],
      line: '7 passed, 1 failed, 0 skipped\n',
      code: 1,
    },
    {
      what: 'only the linter complained',
      passed: 7,
      failed: 0,
      files: [passing],
      steps: ['lint'],
      line: '7 passed, 1 failed, 0 skipped\n',
      code: 1,
    },
    {
      what: 'some were skipped',
      passed: 7,
      failed: 0,
      skipped: 2,
      files: [passing],
      steps: [],
      line: '7 passed, 0 failed, 2 skipped\n',
      code: 0,
    },
    {
      what: 'no test ran',
      passed: 0,
      failed: 0,
      files: [],
      steps: [],
      line: '0 passed, 0 failed, 0 skipped\n',
      code: 1,
    },
  ])('is true when $what', ({ passed, failed, skipped = 0, files, steps, line, code }) => {
    const result = {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
      testResults: files,
    };
    expect(closing(JSON.stringify(result), ...steps)).toEqual({ line, code });
  });

  it('counts a test run that left no result as failed', () => {
    expect(closing(null, 'tests')).toEqual({ line: '0 passed, 1 failed, 0 skipped\n', code: 1 });
  });
});

describe('what people run', () => {
  const folders = ['scripts', 'examples', 'examples/arc', '.ci', 'test/examples'];
  const files = folders.flatMap((name) =>
    readdirSync(path.join(repository, name), { withFileTypes: true })
      .filter((entry) => entry.isFile() && (/\.sh$/.test(entry.name) || !entry.name.includes('.')))
      .map((entry) => `${name}/${entry.name}`),
  );

  it.each(files.filter((file) => file !== 'scripts/node-headers.sh'))('%s is executable', (file) => {
    expect(statSync(path.join(repository, file)).mode & 0o111).toBe(0o111);
  });
});
