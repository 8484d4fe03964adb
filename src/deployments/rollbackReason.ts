import { usageError } from '../errors.ts';
import { isFreeText, wellFormed } from '../model.ts';
import type { Session } from '../session.ts';
import { textArgument } from './textArgument.ts';

/** From a file or standard input only the beginning is stored: that text was not typed as a reason. */
export async function reasonOf(session: Session, said: string | null): Promise<string> {
  const reason = (await textArgument(session, { name: 'reason', value: said })) ?? 'manual';
  if (isFreeText(reason)) return reason;
  if (said !== '-' && said?.startsWith('@') !== true)
    throw usageError('invalid text for --reason; expected 1 to 200 characters');
  const cut = [...wellFormed(reason)].slice(0, 200).join('');
  session.warnings.push({
    code: 'TEXT',
    message: `--reason: ${said} ${cut === '' ? 'is empty; the reason is `manual`' : 'is long; only its first 200 characters were recorded'}`,
  });
  return cut || 'manual';
}
