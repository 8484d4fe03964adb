import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { bareShapes } from '../../src/cli/bareSplit.ts';
import { telling } from '../../src/cli/table/marks.ts';
import { newProgram, type Program, programFile } from '../support/program.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = join(dirname(programFile), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** The built program in a folder of its own, with the packages of this checkout. */
function installation() {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-install-'));
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, program: newProgram({ script: join(folder, 'bin/deploytrack.js') }) };
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  'is missing': (file) => rmSync(file),
  'is cut in the middle': (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
  'is empty': (file) => truncateSync(file),
  'throws when it is loaded': (file) => writeFileSync(file, "throw new Error('not\\nof ours')"),
  'is of another version': (file) =>
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`"${version}"`, '"0.0.9"')),
};

const command = ['sh', '-c', 'echo ran; echo ran >> count; exit 3'];
const wrapping: readonly (readonly string[])[] = [
  ['phase', 'run', 'x', '--', ...command],
  ['migrate', ...command],
  ['cutover', '--probe', 'http://127.0.0.1:9', '--keep-stderr', '--', ...command],
  ['smoke', 'login', '--strict', '--', ...command],
  ['rollback', '--reason', 'manual', ...command],
  ['--deployment', 'app', 'run', '--version', '1', ...command],
];
const recording: readonly (readonly string[])[] = [
  ['start', '--deployment', 'app', '--version', '1'],
  ['phase', 'start', 'x', '--id', 'd'],
  ['phase', 'end', 'cutover', '--id', 'd'],
  ['finish', '--id', 'd'],
];

/** Runs the program and counts how often the command ran. */
async function shown(program: Program, words: readonly string[], env: Record<string, string> = {}) {
  const count = join(program.folder, 'count');
  rmSync(count, { force: true });
  const { code, signal, stdout, stderr } = await program.run(words, { env });
  const times = readFileSync(count, { encoding: 'utf8', flag: 'a+' }).split('\n').length - 1;
  return { words: words.join(' '), code, signal, stdout, times, lines: problemsIn(stderr) };
}

/** The lines of stderr, but for hints: each belongs to the line before it. */
function problemsIn(stderr: string): string[] {
  const isHint = (line: string) => line.startsWith('deploytrack: hint: ');
  return stderr
    .split('\n')
    .slice(0, -1)
    .filter((line) => !isHint(line));
}

/** The part of dist/ that a file of the sources is in. */
const partWith = (source: string): string => partOf(`src/${source}`);

function partOf(source: string): string {
  const maps = readdirSync(join(root, 'dist')).filter(
    (name) => name.endsWith('.cjs.map') && name !== 'library.cjs.map',
  );
  const found = maps.find((name) => {
    const { sources } = JSON.parse(readFileSync(join(root, 'dist', name), 'utf8')) as { sources: string[] };
    return sources.some((one) => one.endsWith(source));
  });
  if (found === undefined) throw new Error(`no part has ${source}`);
  return found.slice(0, -'.map'.length);
}

const everyDamage = Object.keys(damages);
const cases = [
  ...['entry.ts', 'session/openSession.ts'].map((source) => [source, everyDamage] as const),
  ...[
    'child/leave.ts',
    'push/gateway/plainPut.ts',
    'phases/recordPhase.ts',
    'ledger/file/create.ts',
    'cli/main.ts',
    'commands/start.ts',
  ].map((source) => [source, ['is missing']] as const),
].flatMap(([source, all]) => all.map((damage) => [partWith(source), damage] as const));

describe.each(cases)('Damaged bundle: %s %s', (file, damage) => {
  const { folder, program } = installation();
  damages[damage]?.(join(folder, 'dist', file));
  const tells = (line: string) =>
    damage === 'is of another version' ? / is of version \d\.\d\.\d, not /.test(line) : line.includes(file);

  test('a wrapped command runs once with its own exit code and at most one line if a bundle is damaged', async () => {
    let told = 0;
    for (const words of wrapping) {
      const end = await shown(program, words);
      expect(end).toMatchObject({ code: 3, signal: null, stdout: 'ran\n', times: 1 });
      for (const line of end.lines) expect(line).toMatch(/^deploytrack: (error|warning|hint): /);
      told += end.lines.filter(tells).length;
      expect(end.lines.filter(tells).length).toBeLessThanOrEqual(1);
    }
    expect(told).toBeGreaterThan(0);
  });

  test('a recording command prints one line and exits with 0, with --strict 1, if a bundle is damaged', async () => {
    for (const words of recording) {
      const end = await shown(program, words);
      expect(end).toMatchObject({ code: 0, times: 0 });
      for (const line of end.lines) expect(line).toMatch(/^deploytrack: (error|warning|hint): /);
      const isAffected = end.lines.some(tells);
      const isSaved = end.lines.some((line) => line.includes('the mark was saved to'));
      if (words[0] === 'start' && isAffected) expect(end.stdout === 'none\n').toBe(!isSaved);
      if (isAffected) expect((await shown(program, [...words, '--strict'])).code).toBe(1);
    }
  });

  test('DEPLOYTRACK_DISABLED=1 still runs the command silently if a bundle is damaged', async () => {
    const env = { DEPLOYTRACK_DISABLED: '1' };
    for (const words of wrapping)
      expect(await shown(program, words, env)).toMatchObject({
        code: 3,
        stdout: 'ran\n',
        times: 1,
        lines: [],
      });
    expect(await shown(program, ['start'], env)).toMatchObject({ code: 0, stdout: 'none\n', lines: [] });
    expect(await shown(program, ['finish', '--on-exit', '3'], env)).toMatchObject({ code: 3, lines: [] });
    expect(await shown(program, ['push'], env)).toMatchObject({ code: 0, lines: [] });
  });

  test('a command that must give a result exits with a failure and one line if a bundle is damaged', async () => {
    for (const words of [['health', 'http://127.0.0.1:9', '--timeout', '1ms'], ['push']]) {
      const end = await shown(program, words);
      expect(end).toMatchObject({
        code: words[0] === 'push' && end.lines.length === 0 ? 2 : expect.any(Number),
      });
      expect(end.code).not.toBe(0);
      for (const line of end.lines) expect(line).toMatch(/^deploytrack: /);
    }
  });
});

test('a command is recorded if the package.json of the installation is empty', async () => {
  const { folder, program } = installation();
  await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'd']);
  truncateSync(join(folder, 'package.json'));
  const end = await shown(program, ['phase', 'run', 'x', '--id', 'd', '--', ...command]);
  expect(end).toMatchObject({ code: 3, stdout: 'ran\n', times: 1, lines: [] });
  expect(program.rows('SELECT exit_code AS code FROM deployment_stages')).toEqual([{ code: 3 }]);
});

test('a reading command that cannot be loaded prints an error even if warnings are off', async () => {
  const { folder, program } = installation();
  rmSync(join(folder, 'dist', partWith('cli/main.ts')));
  const end = await shown(program, ['stats'], { DEPLOYTRACK_WARNINGS: 'off' });
  expect(end).toMatchObject({
    code: 1,
    stdout: '',
    lines: [expect.stringMatching(/^deploytrack: error: .*\.cjs of deploytrack is missing$/)],
  });
});

test('a mark that no part can record says that nothing was recorded', async () => {
  const { folder, program } = installation();
  rmSync(join(folder, 'dist/session.cjs'));
  const end = await shown(program, ['phase', 'start', 'x', '--id', 'd']);
  expect(end.lines).toEqual([
    expect.stringMatching(/session\.cjs of deploytrack is missing; nothing was recorded$/),
  ]);
});

describe('With a store', () => {
  const env = { DEPLOYTRACK_STORE_URL: 'postgres://u@127.0.0.1:9/db' };
  const pg = partOf('node_modules/pg/esm/index.mjs');

  /** An installation without one part, and a deployment in progress. */
  async function without(part: string) {
    const { folder, program } = installation();
    await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'd']);
    rmSync(join(folder, 'dist', part));
    return { program, whole: `the installation in ${folder} is not whole` };
  }

  test('a command that cannot load the library of the store says so, and does not speak of the database', async () => {
    const { program, whole } = await without(pg);
    for (const words of [['sync'], ['history', '--store']]) {
      const { code, stderr } = await program.run(words, { env });
      expect([code, stderr]).toEqual([
        1,
        `deploytrack: error: dist/${pg} of deploytrack is missing\ndeploytrack: hint: ${whole}: install deploytrack there again\n`,
      ]);
    }
    expect((await program.run(['doctor'], { env })).stdout).toContain(`${whole}: install`);
    const end = await program.run(['finish', '--id', 'd'], { env });
    expect([end.code, problemsIn(end.stderr)]).toEqual([0, [expect.stringContaining(`dist/${pg}`)]]);
    // The store is not to blame: the next one tries it at once.
    expect(program.rows('SELECT * FROM store_state')).toEqual([]);
  });

  test('a gate that cannot load the library of the store is closed, except for a hotfix or if errors pass', async () => {
    const { program } = await without(pg);
    const gate = ['gate', '--store', '--deployment', 'other'];
    expect(await program.run(gate, { env })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`cannot decide: dist/${pg}`),
    });
    for (const more of [
      ['--on-error', 'pass'],
      ['--hotfix', 'revert', '--triggered-by', 'ada'],
    ])
      expect(await program.run([...gate, ...more], { env })).toMatchObject({ code: 0 });
  });

  test('finish says that the deployment was recorded if the part that sends its rows is missing', async () => {
    const part = partWith('fleet/syncBeside.ts');
    const { program } = await without(part);
    const end = await shown(program, ['finish', '--id', 'd'], env);
    expect(end.code).toBe(0);
    expect(end.lines).toEqual([
      expect.stringMatching(`${part} of deploytrack is missing; the deployment was recorded, and its rows `),
    ]);
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'success' },
    ]);
    expect((await shown(program, ['finish', '--id', 'd', '--strict'], env)).code).toBe(1);
  });
});

test('without dist the command runs, a signal that ends it ends deploytrack too, and a signal to deploytrack is forwarded', async () => {
  const { folder, program } = installation();
  rmSync(join(folder, 'dist'), { recursive: true });
  const ended = await program.run(['run', '--', 'sh', '-c', 'kill -TERM $$']);
  expect([ended.code, ended.signal]).toEqual([null, 'SIGTERM']);
  const child = program.spawn([
    'migrate',
    '--',
    'sh',
    '-c',
    'trap "exit 7" TERM; echo up; while :; do sleep .05; done',
  ]);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(7);
});

test('run --exclusive does not run the script if the bundle that checks for other deployments is missing', async () => {
  const { folder, program } = installation();
  rmSync(join(folder, 'dist', partWith('commands/run.ts')));
  expect(await shown(program, ['run', '--exclusive', '--', ...command])).toMatchObject({ code: 1, times: 0 });
});

test('a mark is saved to the journal if the part that creates the ledger is missing', async () => {
  const { folder, program } = installation();
  const part = partWith('ledger/file/create.ts');
  rmSync(join(folder, 'dist', part));
  const end = await shown(program, ['phase', 'start', 'x', '--id', 'd']);
  expect(end.lines).toEqual([expect.stringMatching(new RegExp(`${part}.*the mark was saved to`))]);
  const mended = newProgram({ ledger: program.ledger, env: program.env });
  await mended.run(['history']);
  expect(mended.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'x' }]);
});

test.each([
  ['one of its bytes is changed', (bytes: Buffer) => bytes.fill(bytes[100_000]! ^ 1, 100_000, 100_001)],
  ['one of its blocks holds zeros', (bytes: Buffer) => bytes.fill(0, 4096, 65_536)],
  ['half of it is missing', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['it is empty', (bytes: Buffer) => bytes.subarray(0, 0)],
])('marks are recorded without the code cache if %s', async (_, damage) => {
  const { folder, program } = installation();
  const cache = join(folder, 'dist', `${partWith('session/openSession.ts')}.cache`);
  writeFileSync(cache, damage(readFileSync(cache)));
  await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'd']);
  await program.quiet(['phase', 'run', 'x', '--id', 'd', '--', 'true']);
  expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'x' }]);
});

describe.each(Object.keys(damages).filter((damage) => damage !== 'is of another version'))(
  'Damaged entry bundle and starter: each %s',
  (damage) => {
    const { folder, program } = installation();
    for (const file of ['dist/deploytrack.cjs', 'bin/bare.js']) damages[damage]?.(join(folder, file));

    test('a wrapped command runs once with its own exit code and one line if entry and starter are damaged', async () => {
      for (const words of [...wrapping, ['phase', 'run', 'x', '--unknown', '--', ...command]]) {
        const end = await shown(program, words);
        expect(end).toMatchObject({ code: 3, signal: null, stdout: 'ran\n', times: 1 });
        expect(end.lines).toEqual([expect.stringMatching(/^deploytrack: warning: nothing is recorded: /)]);
      }
    });

    test('other commands end with one line if entry and starter are damaged, and with none if DEPLOYTRACK_DISABLED=1', async () => {
      for (const words of [...recording, ['push'], ['health', 'http://127.0.0.1:9'], ['--version'], []]) {
        const end = await shown(program, words);
        expect(end.lines).toHaveLength(1);
        expect(end.stdout).toBe(words[0] === 'start' ? 'none\n' : '');
        expect(end.code).toBe(recording.includes(words) ? 0 : 1);
        if (words.length > 0) expect((await shown(program, [...words, '--strict'])).code).toBe(1);
        const quiet = await shown(program, words, { DEPLOYTRACK_DISABLED: '1' });
        expect([quiet.code, quiet.lines]).toEqual([0, []]);
      }
      // A command without a result must not pass a gate.
      for (const words of [
        ['stats', '--budget'],
        ['history', '--json'],
      ]) {
        const end = await shown(program, words, { DEPLOYTRACK_DISABLED: '1' });
        expect([end.code, end.lines.length]).toEqual([1, 1]);
      }
      expect(await shown(program, ['push'], { DEPLOYTRACK_WARNINGS: 'off' })).toMatchObject({
        code: 1,
        lines: [],
      });
      expect(await shown(program, ['finish', '--on-exit', '7'])).toMatchObject({ code: 7 });
      expect(await shown(program, ['run', '--exclusive', '--', ...command])).toMatchObject({
        code: 1,
        times: 0,
      });
    });

    test('a wrapped command gives 127 if it is not found and 126 if it is not executable, even if entry and starter are damaged', async () => {
      expect(await shown(program, ['migrate', 'no-such-program'])).toMatchObject({ code: 127 });
      expect(await shown(program, ['migrate', '/'])).toMatchObject({ code: 126 });
    });

    test('signals end the command and deploytrack, or are forwarded, even if entry and starter are damaged', async () => {
      const ended = await program.run(['run', '--', 'sh', '-c', 'kill -PIPE $$']);
      expect([ended.code, ended.signal]).toEqual([null, 'SIGPIPE']);
      const script = 'trap "exit 7" TERM; echo up; while :; do sleep .05; done';
      const child = program.spawn(['migrate', '--', 'sh', '-c', script]);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(7);
    });
  },
);

test('wrapped commands run without installed packages, and each command prints at most one line about it', async () => {
  const { folder, program } = installation();
  rmSync(join(folder, 'node_modules'));
  for (const words of wrapping)
    expect(await shown(program, words)).toMatchObject({ code: 3, stdout: 'ran\n', times: 1 });
  for (const words of recording) {
    const { code, lines } = await shown(program, words);
    expect(code).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(1);
    for (const line of lines) expect(line).toMatch(/^deploytrack: (error|warning): /);
  }
});

test('the starter knows the same flags as the program', () => {
  const text = readFileSync(join(root, 'bin/deploytrack.js'), 'utf8');
  const known = new RegExp(/\/(\^--\([^/]+\)\$)\//.exec(text)?.[1] ?? '');
  for (const { flags, values, maybeValues } of bareShapes()) {
    // A flag with a value, `--marks=hide`, is one argument for every parser.
    const alone = flags.filter((name) => !name.includes('='));
    for (const name of [...alone, ...maybeValues]) expect(`--${name}`).toMatch(known);
    for (const name of values) expect(`--${name}`).not.toMatch(known);
  }
});

test('the starter knows the same commands as the program', () => {
  const text = readFileSync(join(root, 'bin/deploytrack.js'), 'utf8');
  const listed = (name: string) => {
    const words = new RegExp(`const ${name} = /\\^\\(([^/]+)\\)\\$/`).exec(text)?.[1] ?? '';
    return words.split('|').sort();
  };
  const wrapping = bareShapes()
    .filter(({ wraps }) => wraps)
    .map(({ name }) => name);
  expect(listed('wraps')).toEqual(wrapping.sort());
  expect(listed('tells')).toEqual([...telling].sort());
});

test('a damaged installation runs no script behind a gate, except as a hotfix or if errors pass', async () => {
  const { folder, program } = installation();
  const run = (...options: string[]) => shown(program, ['run', '--gate', ...options, '--', ...command]);
  for (const file of ['dist/deploytrack.cjs', 'bin/bare.js']) {
    rmSync(join(folder, file));
    expect(await run()).toMatchObject({ code: 1, times: 0 });
    expect(await run('--hotfix', 'revert', '--triggered-by', 'ada')).toMatchObject({ code: 3, times: 1 });
    const passing = { DEPLOYTRACK_ON_ERROR: 'pass' };
    expect(await shown(program, ['run', '--gate', ...command], passing)).toMatchObject({ code: 3, times: 1 });
  }
});

test('a damaged installation lets a rollback through its gate, but no hotfix without a reason and no --gate=true', async () => {
  const { folder, program } = installation();
  rmSync(join(folder, 'dist/deploytrack.cjs'));
  const times = async (...options: string[]) =>
    (await shown(program, ['run', ...options, '--', ...command])).times;
  expect(await times('--gate', '--rollback-of', 'before')).toBe(1);
  expect(await times('--gate', '--hotfix=')).toBe(0);
  expect(await times('--gate=true')).toBe(0);
});
