import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `red`: a test failed. `green`: at least one passed and none failed. `broken`: no test could run. */
export type Outcome = 'red' | 'green' | 'hung' | 'broken';

export interface TestRun {
  readonly outcome: Outcome;
  /** The title of the first test that failed, or the end of the output. */
  readonly first: string;
  readonly seconds: number;
}

export interface Tests {
  readonly tests: readonly string[];
  readonly only?: string | undefined;
}

/** A program that a change makes endless is caught too: tests have time limits of their own, which are shorter. */
const longestMs = 180_000;

/** Runs test files in a copy of the tree. */
export async function runTests(folder: string, { tests, only }: Tests): Promise<TestRun> {
  const scratch = mkdtempSync(join(tmpdir(), 'deploytrack-mutate-run-'));
  const report = join(scratch, 'report.json');
  const words = ['run', ...tests, '--project', 'unit', '--project', 'parts', '--project', 'tools'];
  const how = [
    '--maxWorkers=1',
    '--bail=1',
    '--testTimeout=40000',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const filter = only === undefined ? [] : [`--testNamePattern=${only}`];
  const beganMs = performance.now();
  const { said, hung } = await ended(folder, [...words, ...how, ...filter]);
  const seconds = (performance.now() - beganMs) / 1000;
  const found = existsSync(report) ? judged(readFileSync(report, 'utf8')) : null;
  rmSync(scratch, { recursive: true, force: true });
  if (hung) return { outcome: 'hung', first: `did not end within ${longestMs / 1000} s`, seconds };
  return { ...(found ?? { outcome: 'broken', first: said.slice(-2000) }), seconds };
}

function ended(folder: string, words: readonly string[]): Promise<{ said: string; hung: boolean }> {
  return new Promise((resolve) => {
    // A process group of its own: what the tests started ends with it.
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...words], {
      cwd: folder,
      // The program of this copy, not the one that run-bundled.mjs names.
      env: { ...process.env, PROGRAM_UNDER_TEST: undefined },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, hung] = ['', false];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-20_000);
      });
    const timer = setTimeout(() => {
      hung = true;
      endGroup(child.pid as number);
    }, longestMs);
    child.on('exit', () => {
      clearTimeout(timer);
      endGroup(child.pid as number); // a program that a change made endless outlives its test
      resolve({ said, hung });
    });
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A file that cannot be loaded proves nothing: a mutation must be valid code. */
function judged(text: string): Pick<TestRun, 'outcome' | 'first'> {
  const { testResults } = JSON.parse(text) as Report;
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = all.find(({ status }) => status === 'failed');
  if (failed !== undefined) return { outcome: 'red', first: failed.fullName };
  const broken = testResults.find(({ status, message }) => status === 'failed' && message !== '');
  if (broken !== undefined) return { outcome: 'broken', first: broken.message.split('\n')[0] ?? '' };
  const passed = all.some(({ status }) => status === 'passed');
  return passed ? { outcome: 'green', first: '' } : { outcome: 'broken', first: 'no test was run' };
}
