import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { describe, expect, test } from 'vitest';
import { asWarning } from '../../src/errors.ts';
import { projectHome } from '../../src/projectHome.ts';
import { printError, printUnrecorded } from '../../src/report/messages/printError.ts';
import { fakeContext } from '../support/context.ts';

const secret = 'hunter2 in /home/alice/deploy.sh';

/** Errors as a bug of ours throws them, each with data of the user in it. */
const faults: readonly { readonly kind: string; readonly error: unknown }[] = [
  { kind: 'TypeError', error: new TypeError(secret) },
  { kind: 'SyntaxError', error: caught(() => JSON.parse(secret)) },
  { kind: 'Error ENOENT open', error: systemError(`ENOENT: no such file, open '${secret}'`) },
  { kind: 'a thrown string', error: secret },
];

describe.each(faults)('Internal error that is $kind', ({ kind, error }) => {
  test('an internal error names version, platform and where to report it, in one line without user data', () => {
    const context = fakeContext();
    expect(printError(error, context)).toBe(1);
    const { text } = context.stderr;
    expect(text).toMatch(/^deploytrack: error: internal error: [^\n]*\ndeploytrack: hint: [^\n]*\n$/);
    expect(text).toContain(`internal error: ${kind}`);
    expect(text).toContain(`; deploytrack 0.0.0, Node ${process.version}, ${platform()} ${process.arch}`);
    expect(text).toContain('report the line above at https://github.com/deploytrack/deploytrack/issues;');
    for (const word of ['hunter2', 'alice', 'deploy.sh']) expect(text).not.toContain(word);
  });

  test('an internal error is shown completely with DEPLOYTRACK_DEBUG=1', () => {
    const context = fakeContext({ env: { DEPLOYTRACK_DEBUG: '1' } });
    printError(error, context);
    expect(context.stderr.text).toContain('hunter2');
  });
});

test('an internal error with a wrapped command is a warning with the same text, shown completely with DEPLOYTRACK_DEBUG=1', () => {
  const context = fakeContext();
  printUnrecorded(new TypeError(secret), context);
  expect(context.stderr.text).toMatch(
    /^deploytrack: warning: internal error: TypeError.*\ndeploytrack: hint: report the line above /,
  );
  expect(context.stderr.text).not.toContain('hunter2');
  const debugging = fakeContext({ env: { DEPLOYTRACK_DEBUG: '1' } });
  printUnrecorded(new TypeError(secret), debugging);
  expect(debugging.stderr.text).toContain('hunter2');
});

test('a system error while a mark is recorded keeps its message', () => {
  expect(asWarning(systemError('ENOSPC: no space left')).message).toBe('ENOSPC: no space left');
});

test('only a place in a file of deploytrack is shown from the stack', () => {
  const context = fakeContext();
  const error = new TypeError('x');
  error.stack =
    'TypeError: x\n    at f (/home/alice/lib/node_modules/deploytrack/dist/marks.cjs:3:141)\n    at y';
  printError(error, context);
  expect(context.stderr.text).toContain('TypeError at marks.cjs:3:141;');
  expect(context.stderr.text).not.toContain('alice');
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

function systemError(message: string): Error {
  return Object.assign(new Error(message), { code: message.split(':')[0], syscall: 'open' });
}

test('the project address is that of package.json', () => {
  const { homepage, bugs, repository } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect([homepage, bugs.url, repository.url]).toEqual([
    `${projectHome}#readme`,
    `${projectHome}/issues`,
    `git+${projectHome}.git`,
  ]);
});
