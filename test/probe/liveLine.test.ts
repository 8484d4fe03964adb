import { describe, expect, test } from 'vitest';
import { runInTerminal, type TerminalEnd } from '../child/front.ts';
import { newProgram } from '../support/program.ts';
import { startHttp } from './endpoint.ts';

const hidden = '\u001b[?25l';
const shown = '\u001b[?25h';

/** A service that responds with 503 this many times, then with 200. */
async function service(times: number): Promise<string> {
  let asked = 0;
  const { port } = await startHttp((_, response) => {
    asked += 1;
    response.writeHead(asked > times ? 200 : 503).end('{}');
  });
  return `http://127.0.0.1:${port}/`;
}

/** Runs a shell line in a real terminal, and types `typed` once the live line shows a failed attempt. */
function inTerminal(
  line: string,
  { env = {}, typed = '' }: { env?: Record<string, string>; typed?: string } = {},
): Promise<TerminalEnd> {
  const program = newProgram({ env: { TERM: 'xterm', LANG: 'C.UTF-8', ...env } });
  const shell = line.replaceAll('deploytrack', program.words.map((word) => `'${word}'`).join(' '));
  const keys = typed === '' ? [] : [{ after: 'got 503', keys: typed }];
  return runInTerminal({ words: ['bash', '-c'], env: program.env }, [shell], keys);
}

const quick = '--any-version --interval 300ms';

describe('Live line of health', { timeout: 30_000 }, () => {
  test('the live line shows the progress, leaves no trace, and what is typed meanwhile goes to the next command', async () => {
    const { output, code } = await inTerminal(
      `deploytrack health ${await service(12)} ${quick}; read -r line; echo "next: <$line>"`,
      { typed: 'abc\\n' },
    );
    expect(output).toMatch(/health {2}\d+ s, attempt \d+, expected status 200, got 503/);
    expect(output.lastIndexOf(shown)).toBeGreaterThan(output.lastIndexOf(hidden));
    const afterwards = output.slice(output.lastIndexOf('attempt'));
    expect(afterwards).toContain('\u001b[1G\u001b[0K');
    expect([code, output]).toEqual([0, expect.stringContaining('next: <abc>\n')]);
  });

  test('Ctrl-C ends health as without the live line, and the cursor is visible again', async () => {
    const { output, signal } = await inTerminal(`exec deploytrack health ${await service(1000)} ${quick}`, {
      typed: '\\x03',
    });
    expect(signal).toBe('SIGINT');
    expect(output.lastIndexOf(shown)).toBeGreaterThan(output.lastIndexOf(hidden));
  });

  test.each([
    ['in a CI', quick, { GITHUB_ACTIONS: 'true' }],
    ['in a terminal that cannot move its cursor', quick, { TERM: 'dumb' }],
    ['in a pipe', `${quick} 2>&1 | cat`, {}],
  ] as const)('health shows no live line %s', async (_, words, env) => {
    const { output } = await inTerminal(`deploytrack health ${await service(3)} ${words}`, { env });
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain('attempt');
  });

  test('health shows no live line while a check command uses the terminal', async () => {
    const words = '--check-type queue --interval 300ms --timeout 1s -- false';
    const { output } = await inTerminal(`deploytrack health ${words}`);
    expect(output).not.toContain(hidden);
    expect(output).toContain('health: not healthy within 1 s');
  });
});
