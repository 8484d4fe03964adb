import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
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

describe('scripts/node.sh, sourced by every script of the repository', () => {
  /**
   * The output of commands after sourcing it in a clone; PATH has only `programs` and those of the system.
   */
  function sourced(programs: Readonly<Record<string, string>>, commands: string) {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const [name, text] of Object.entries(programs)) program(path.join(bin, name), text);
    for (const name of ['bash', 'sh', 'uname', 'getconf', 'cat', 'mkdir', 'chmod'])
      if (!(name in programs)) symlinkSync(realpathSync(`/bin/${name}`), path.join(bin, name));
    const { stdout, stderr, status } = spawnSync('bash', ['-ec', `. "$0"; ${commands}`, script('node.sh')], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: bin, HOME: folder },
    });
    return { said: `${stdout}${stderr}`, status };
  }

  function program(file: string, text: string): void {
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  }

  const newNode = 'echo true';
  const oldNode = '[ "$1" = --version ] && echo v20.20.2 || echo false';
  const bringing = `mkdir -p .node/node_modules/.bin && cd .node/node_modules/.bin
    printf '#!/bin/sh\\necho true\\n' >node; printf '#!/bin/sh\\n' >npm; chmod 755 node npm
    echo "npm $*" >>../../../asked`;

  it('node.sh uses the Node in PATH if it is new enough', () => {
    const { said, status } = sourced({ node: newNode, npm: 'exit 9' }, 'command -v node');
    expect([status, said]).toEqual([0, `${path.join(folder, 'bin/node')}\n`]);
  });

  it('node.sh installs Node with npm if the one in PATH is older, and reuses it the second time', () => {
    const first = sourced({ node: oldNode, npm: bringing }, 'command -v node npm');
    expect([first.status, first.said]).toEqual([
      0,
      'Node in PATH: v20.20.2; bringing Node 24 and npm into .node/ (about 55 MB)\n' +
        `${folder}/.node/node_modules/.bin/node\n${folder}/.node/node_modules/.bin/npm\n`,
    ]);
    expect(readFileSync(path.join(folder, 'asked'), 'utf8')).toMatch(
      /^npm install .*--prefix \.node node-linux-(x64|arm64)@24 npm@11\n$/,
    );
    rmSync(path.join(folder, 'bin'), { recursive: true });
    const second = sourced({ node: oldNode, npm: 'exit 9' }, 'command -v node');
    expect([second.status, second.said]).toEqual([0, `${folder}/.node/node_modules/.bin/node\n`]);
  });

  it('node.sh prints in one line which Node is needed if npm cannot install it', () => {
    const { said, status } = sourced({ node: oldNode, npm: 'exit 1' }, 'echo went on');
    expect(status).toBe(1);
    expect(said).toMatch(
      /\nNode 22\.14 or newer with npm is needed \(https:\/\/\S+\); npm could not bring it, see above\n$/,
    );
  });

  it('node.sh prints that there is no Node for this machine', () => {
    const { said, status } = sourced({ node: oldNode, npm: 'exit 9', uname: 'echo SunOS' }, 'echo went on');
    expect([status, said]).toEqual([
      1,
      expect.stringMatching(/^Node 22\.14 [^\n]*for this machine none can be brought here\n$/),
    ]);
  });

  it('a build with an older Node prints in one line which Node is needed', () => {
    const text = readFileSync(script('needsNode.mjs'), 'utf8').replaceAll('process.versions.napi', '"9"');
    writeFileSync(path.join(folder, 'needsNode.mjs'), text);
    const { stderr, status } = spawnSync(process.execPath, [path.join(folder, 'needsNode.mjs')], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Node 22\.14 or newer is needed, and this is v[^\n]*\n$/),
    ]);
  });
});

describe('Last line of scripts/test', () => {
  const reasons = () => path.join(folder, 'skipped');

  function closing(result: string | null, ...failedSteps: string[]): { line: string; code: number | null } {
    const file = path.join(folder, 'result.json');
    if (result !== null) writeFileSync(file, result);
    const { stdout, status } = spawnSync(
      process.execPath,
      [script('count-tests.mjs'), file, reasons(), ...failedSteps],
      { encoding: 'utf8' },
    );
    return { line: stdout, code: status };
  }

  const passing = { status: 'passed', assertionResults: [{ status: 'passed' }] };
  const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  const broken = { status: 'failed', assertionResults: [] };

  it.each([
    {
      what: 'all tests passed',
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
      what: 'an error occurred outside of the tests',
      passed: 7,
      failed: 0,
      files: [passing],
      steps: ['tests'],
      line: '7 passed, 1 failed, 0 skipped\n',
      code: 1,
    },
    {
      what: 'only the linter failed',
      passed: 7,
      failed: 0,
      files: [passing],
      steps: ['lint'],
      line: '7 passed, 1 failed, 0 skipped\n',
      code: 1,
    },
    {
      what: 'some tests were skipped',
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
  ])(
    'the last line of scripts/test is correct if $what',
    ({ passed, failed, skipped = 0, files, steps, line, code }) => {
      const result = {
        numPassedTests: passed,
        numFailedTests: failed,
        numPendingTests: skipped,
        testResults: files,
      };
      expect(closing(JSON.stringify(result), ...steps)).toEqual({ line, code });
    },
  );

  it('the reasons for skipped tests and projects come before the last line', () => {
    const file = path.join(folder, 'some.test.ts');
    const given = [
      { file, reason: 'not root' },
      { file, reason: 'no jq' },
      { file, reason: 'not root' },
      { file: path.join(folder, 'other.test.ts'), reason: 'no strace' },
      { project: 'byNode', reason: 'this Node has no SQLite' },
    ];
    writeFileSync(reasons(), given.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const skipped = { status: 'skipped' };
    const testResults = [
      { ...passing, name: file, assertionResults: [skipped, { status: 'passed' }, skipped] },
      { ...passing, name: path.join(folder, 'third.test.ts'), assertionResults: [skipped] },
    ];
    const { line } = closing(
      JSON.stringify({ numPassedTests: 1, numFailedTests: 0, numPendingTests: 3, testResults }),
    );
    expect(line.split('\n')).toEqual([
      'skipped the project byNode: this Node has no SQLite',
      expect.stringMatching(/^skipped 2 in \S*some\.test\.ts: not root; no jq$/),
      expect.stringMatching(/^skipped 1 in \S*third\.test\.ts: no reason is known$/),
      '1 passed, 0 failed, 3 skipped',
      '',
    ]);
  });

  it('a test run without a result counts as failed', () => {
    expect(closing(null, 'tests')).toEqual({ line: '0 passed, 1 failed, 0 skipped\n', code: 1 });
  });
});

describe('Scripts for people', () => {
  const folders = [
    'scripts',
    'examples',
    'examples/arc',
    'examples/scripts',
    '.ci',
    'test/examples',
    'test/examples/before',
  ];
  const files = folders.flatMap((name) =>
    readdirSync(path.join(repository, name), { withFileTypes: true })
      .filter((entry) => entry.isFile() && (/\.sh$/.test(entry.name) || !entry.name.includes('.')))
      .map((entry) => `${name}/${entry.name}`),
  );

  it.each(files.filter((file) => file !== 'scripts/node.sh'))('%s is executable', (file) => {
    expect(statSync(path.join(repository, file)).mode & 0o111).toBe(0o111);
  });
});
