import { basename } from 'node:path';
import { findProgram } from '../host/findProgram.ts';
import { helperEnvironment } from '../host/helperEnvironment.ts';
import { whoMayChange } from '../host/whoMayChange.ts';
import { fileAuthor } from '../ledger/checks/fileAuthor.ts';
import type { Session } from '../session.ts';

/** A program that may be asked, and with what environment; or why it may not. */
export type RequestedProgram =
  | { readonly program: string; readonly env: Record<string, string> }
  | { readonly why: string };

/** A program that we name ourselves: what the user's own shell would run. */
export function ownProgram({ context }: Session, name: string): RequestedProgram {
  const env = helperEnvironment(context.env);
  const program = findProgram(name, { cwd: context.cwd, env, platform: context.platform });
  return program === null ? { why: 'there is no such program' } : { program, env };
}

/**
 * A Python that the ledger names, which others may be able to write: only a program that nobody but this account and root
 * can change, and there one of that name. On Windows, where rights are lists, it is asked as it was named.
 */
export function namedProgram(session: Session, name: string): RequestedProgram {
  const found = ownProgram(session, name);
  const { context, store } = session;
  if ('why' in found || context.uid === undefined) return found;
  const why =
    whoMayChange(found.program, context.uid) ??
    (isPython(name) || fileAuthor(context, store.options.ledgerPath) === 'ours'
      ? null
      : 'it is not called python, and others may write the ledger that names it');
  return why === null ? found : { why: `it was not asked: ${why}` };
}

/** By its name: others must not choose among all programs of this account. */
function isPython(name: string): boolean {
  return /^(python|pypy)[\w.-]*$/i.test(basename(name));
}

/** Where it is asked: nothing of what stands in the working folder becomes a part of it. */
export function plainFolder({ context }: Session): string {
  return context.platform === 'win32' ? context.cwd : '/';
}
