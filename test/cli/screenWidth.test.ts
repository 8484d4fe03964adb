import { describe, expect, test, vi } from 'vitest';
import { screenWidth } from '../../src/report/terminal/view.ts';
import { runInTerminal } from '../child/front.ts';
import { startHttp } from '../probe/endpoint.ts';
import { fakeContext } from '../support/context.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('Width of the screen', () => {
  test.each([
    [{ isTerminal: true, columns: 100 }, '50', 100],
    [{ isTerminal: true }, '50', 50],
    [{ isTerminal: true, columns: 0 }, '50', 50],
    [{ isTerminal: true, columns: -1 }, undefined, 80],
    [{ isTerminal: true }, undefined, 80],
    [{ isTerminal: true }, '0', 80],
    [{ isTerminal: true }, '', 80],
    [{ isTerminal: true }, '12.5', 80],
    [{ isTerminal: true }, '1e9', 80],
    [{ isTerminal: true }, 'wide', 80],
    [{ isTerminal: false, columns: 100 }, '50', undefined],
  ])('the width of %j with COLUMNS=%s is %s', (stdout, COLUMNS, width) => {
    const context = fakeContext({ stdout, env: COLUMNS === undefined ? {} : { COLUMNS } });
    expect(screenWidth(context, 'stdout')).toBe(width);
  });
});

/** Runs shell commands in a terminal whose size was set by `stty`. */
function inTerminal(program: Program, script: string, keys: { after: string; keys: string }[] = []) {
  const shell = script.replaceAll('deploytrack', program.words.map((word) => `'${word}'`).join(' '));
  return runInTerminal({ words: ['bash', '-c'], env: { ...program.env, TERM: 'xterm' } }, [shell], keys);
}

describe('Terminals that report 0 columns', () => {
  test.each(['history', 'stats', 'show', 'report --since 7d', 'start --help'])(
    '%s prints on a terminal with 0 columns the same as with 80',
    async (words) => {
      const program = newProgram();
      await program.run(['run', '--deployment', 'app', '--version', '1', '--', 'true']);
      const of = async (columns: number) =>
        (await inTerminal(program, `stty cols ${columns}; deploytrack ${words}`)).output;
      const plain = (text: string) => text.replaceAll(/\d+[smh] ago|\d+(\.\d+)?s\b|\d\d:\d\d:\d\d/g, '');
      expect(plain(await of(0))).toBe(plain(await of(80)));
    },
  );

  test('COLUMNS gives the width of a terminal that reports 0 columns', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'x'.repeat(60));
    const { output } = await inTerminal(program, 'stty cols 0; COLUMNS=300 deploytrack history');
    expect(output).toContain('x'.repeat(60));
  });

  test('health shows no live line on a terminal with 0 columns and ends in time', async () => {
    const program = newProgram();
    const { output, code } = await inTerminal(
      program,
      'stty cols 0; deploytrack health http://127.0.0.1:9/ --timeout 1s',
    );
    expect(code).toBe(1);
    expect(output).not.toContain('\u001b');
    expect(output).toContain('not healthy within 1 s');
  });

  test('health continues if its terminal changes to 0 columns', async () => {
    const program = newProgram();
    const { output, code } = await inTerminal(
      program,
      `(sleep .7; stty cols 0) & deploytrack health ${await service(12)} --any-version --interval 200ms; wait`,
    );
    expect(code).toBe(0);
    expect(output.length).toBeLessThan(20_000);
  });
});

/** A service that responds with 503 this many times, then with 200. */
async function service(times: number): Promise<string> {
  let asked = 0;
  const { port } = await startHttp((_, response) => {
    asked += 1;
    response.writeHead(asked > times ? 200 : 503).end('{}');
  });
  return `http://127.0.0.1:${port}/`;
}

test('a paused terminal does not delay a health check', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const stop = [{ after: 'got 503', keys: '\\x13' }];
  const words = `exec timeout 20 deploytrack health ${await service(12)} --any-version --interval 200ms --id ${id}`;
  const { code } = await inTerminal(program, words, stop);
  expect(code).toBe(0);
  expect(program.rows('SELECT success FROM health_verifications')).toEqual([{ success: 1 }]);
});
