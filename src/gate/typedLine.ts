import { redact } from '../redact.ts';
import type { Session } from '../session.ts';
import { parsedStore } from '../settings/storeUrl.ts';
import { shellArgument } from '../text/shellArgument.ts';
import { visible } from '../text/visible.ts';

/** Options that a person who passes the gate types anew, or that change only the output. */
const left = new Set(['hotfix', 'triggered-by', 'json', 'store']);
const longest = 400;

/** The command that was typed, with what passes the gate. What is set elsewhere need not be typed. */
export function typedLine(session: Session, wrapped: readonly string[]): string {
  const { command, settings } = session;
  const options = Object.entries(settings.options)
    .filter(([name]) => !left.has(name))
    .flatMap(([name, value]) => typedOption(name, value));
  const by = settings.of('triggered-by');
  const isStored = by !== null && by.from !== 'option';
  const name = by === null || isStored ? '<name>' : shellArgument(by.text);
  const hotfix = ["--hotfix '<reason>'", ...(isStored ? [] : [`--triggered-by ${name}`])];
  const line = (some: readonly string[], end: readonly string[], store: readonly string[] = []) =>
    [
      redact(['deploytrack', command.name, ...some].join(' ')),
      ...store,
      redact([...hotfix, ...end].join(' ')),
    ].join(' ');
  const end = wrapped.length === 0 ? [] : ['--', ...wrapped.map(shellArgument)];
  const whole = line(options, end, typedStore(settings.options.store));
  // A line with an escaped line end cannot be typed.
  if (whole.length <= longest && visible(whole) === whole) return whole;
  const gate = command.name === 'gate' ? [] : ['--gate'];
  return line(['…', ...gate], wrapped.length === 0 ? [] : ['--', '…']);
}

function typedOption(name: string, value: string | true | readonly string[]): string[] {
  if (value === true) return [`--${name}`];
  const values = typeof value === 'string' ? [value] : value;
  const between = (one: string) => (one.startsWith('-') ? '=' : ' ');
  return values.map((one) => `--${name}${between(one)}${shellArgument(withoutUser(one))}`);
}

/** A store cannot be used without its user, which may be shown. Alone, the option takes the URL that is set elsewhere. */
function typedStore(said: string | true | readonly string[] | undefined): string[] {
  if (said === undefined) return [];
  const isShown = typeof said === 'string' && parsedStore(said)?.password === '';
  return isShown ? ['--store', shellArgument(said)] : ['--store'];
}

/** A URL without user and password, as a URL is read: a space in a password does not end it. */
function withoutUser(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@');
}
