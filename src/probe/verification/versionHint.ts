import type { Context } from '../../context.ts';
import { redact } from '../../redact.ts';
import { problemLines } from '../../report/messages/warnings.ts';
import type { Attempt } from '../attempt.ts';

/**
 * Says at the first response without a readable version which option may be missing: more attempts seldom change it.
 * They are made anyway, because what responds may be a page of a service that is starting.
 */
export function versionHint(context: Context): (attempt: Attempt) => void {
  let isSaid = false;
  return ({ verdict, words }) => {
    if (isSaid || (verdict !== 'not_json' && verdict !== 'no_version')) return;
    isSaid = true;
    const hint =
      'use --version-field <pointer> if the version is in another field, or --any-version to ignore it';
    context.stderr.write(problemLines({ message: `health: ${redact(words)}; still trying`, hint }));
  };
}
