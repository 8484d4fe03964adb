import { basename } from 'node:path';
import { findProgram } from '../host/findProgram.ts';
import { helperEnvironment } from '../host/helperEnvironment.ts';
import { whoMayChange } from '../host/whoMayChange.ts';
import { fileAuthor } from '../ledger/checks/fileAuthor.ts';
import type { Session } from '../session.ts';

/** A program that may be run, and its environment; or why it may not. */
export type RequestedProgram =
  | { readonly program: string; readonly env: Record<string, string> }
  | { readonly why: string };

/** A program that we name ourselves: the one that the user's own shell would run. */
export function ownProgram({ context }: Session, name: string): RequestedProgram {
  const env = helperEnvironment(context.env);
  const program = findProgram(name, { cwd: context.cwd, env, platform: context.platform });
  return program === null ? { why: 'program not found' } : { program, env };
}

/**
 * A Python that the ledger names, which other accounts may have written: it must be a program that only this account
 * and root can change and, if others can write to the ledger, be called python. On Windows, where permissions are
 * lists, it is run as named.
 */
export function namedProgram(session: Session, name: string): RequestedProgram {
  const found = ownProgram(session, name);
  const { context, store } = session;
  if ('why' in found || context.uid === undefined) return found;
  const why =
    whoMayChange(found.program, context.uid) ??
    (isPython(name) || fileAuthor(context, store.options.ledgerPath) === 'ours'
      ? null
      : 'it is not called python, and other accounts can write to the ledger that names it');
  return why === null ? found : { why: `it was not run: ${why}` };
}

/** By name: others must not be able to choose any program of this account. */
function isPython(name: string): boolean {
  return /^(python|pypy)[\w.-]*$/i.test(basename(name));
}

/** The folder to run it in: nothing from the working folder must become a part of it. */
export function plainFolder({ context }: Session): string {
  return context.platform === 'win32' ? context.cwd : '/';
}
