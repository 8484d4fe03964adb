import { nameOf } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfWrapped } from '../cli/define/exits.ts';
import { flag } from '../cli/define/kinds.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { errorText, wrapOptions } from '../cli/define/wrapOptions.ts';
import { recordExternalSmoke } from '../phases/externalSmoke.ts';
import { wrapPhase } from '../phases/wrapPhase.ts';
import { readWrapPlan } from '../phases/wrapPlan.ts';
import type { Session } from '../session.ts';

/** `smoke <test> -- <command…>`: runs a smoke test; `--passed` or `--failed` records one that ran elsewhere. */
export const command = defineCommand({
  name: 'smoke',
  after: 'health',
  summary: 'run a smoke test and exit with its exit code',
  group: 'script',
  examples: [
    'deploytrack smoke login -- curl -fsS http://localhost:8080/login',
    'deploytrack smoke login --failed --error "HTTP 502"',
  ],
  args: {
    test: nameOf({
      help: 'name of the test, 1 to 200 characters',
      hint: 'deploytrack smoke login -- <command…>',
    }),
  },
  options: {
    ...wrapOptions,
    passed: flag({ help: 'it ran elsewhere and passed' }),
    failed: flag({ help: 'it ran elsewhere and failed' }),
    error: { ...errorText, help: 'with --failed: error message; @file or - reads it' },
  },
  settings: ofMarks,
  exits: exitsOfWrapped,
  wrappedOptional: true,
  policy: { fast: true, onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: (session: Session, input) =>
    input.wrapped.length === 0
      ? recordExternalSmoke(session, input)
      : wrapPhase(session, readWrapPlan(session.command, input)),
});
