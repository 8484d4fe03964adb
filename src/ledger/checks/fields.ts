import { type AmountName, amountLimits, isWithin, textLimits } from '../../limits.ts';
import { isDeploymentId, isFreeText, phaseName } from '../../model.ts';
import { redact } from '../../redact.ts';
import { whatIsWrong } from '../../settings/check.ts';
import { lastBytes } from '../../text/cutText.ts';
import { plainText } from '../../text/plainText.ts';
import { isWellFormed, wellFormed } from '../../text/wellFormed.ts';
import { type Read, Unfit } from './reading.ts';

/** A number with the limits of its name. */
export function amount(name: AmountName): Read<number> {
  const bounds = amountLimits[name];
  return (value, at) => {
    if (typeof value === 'number' && isWithin(value, bounds)) return value;
    const kind = bounds.whole ? 'a whole number' : 'a number';
    throw new Unfit(at, { value, expected: `${kind} from ${bounds.min} to ${bounds.max}` });
  };
}

/** What a first version did not say is no. */
export const flag: Read<boolean> = (value, at) => {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new Unfit(at, { value, expected: 'true or false' });
};

export function oneOf<Choice extends string>(...choices: readonly Choice[]): Read<Choice> {
  return (value, at) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new Unfit(at, { value, expected: choices.join(', ') });
  };
}

/**
 * A text of at least one character for which nothing is wrong. What steers a terminal is for those alone who gave it
 * themselves: of anybody else each letter of it becomes a blank, as the command line takes such a text too. With `lines` a
 * text may have several.
 */
function textThat(
  isFit: (text: string) => boolean,
  expected: string,
  { lines = false }: { lines?: boolean } = {},
): Read<string> {
  return (value, at) => {
    if (typeof value !== 'string' || !isFit(value)) throw new Unfit(at, { value, expected });
    if (at.isOurs === true) return value;
    const plain = plainText(value, { lines });
    if (plain !== value && plain.trim() === '')
      throw new Unfit(at, { value, expected: `${expected}, beside control characters` });
    return plain;
  };
}

/** What names a deployment, an environment, a service or a host. */
export const name = textThat(
  (value) => whatIsWrong('name', value) === null,
  'a name of 1 to 255 bytes, in one line',
);
/** A method, a test, a resource, a kind of check. */
export const freeText = textThat(isFreeText, '1 to 200 characters');
/** A reason may come from a file. */
export const reason = textThat(isFreeText, '1 to 200 characters', { lines: true });
/** Where a fact comes from. */
export const source = textThat((value) => /^[a-z][a-z0-9_.-]{0,62}$/.test(value), 'a lower-case word');
/** A version, a commit, an address. */
export const text = textThat(
  (value) => whatIsWrong('text', value) === null,
  `a text of 1 to ${textLimits.text} bytes`,
);
/** What an id was made of. */
export const givenId = textThat(
  (value) => value !== '' && isWellFormed(value) && value.length <= textLimits.givenId,
  `1 to ${textLimits.givenId} characters`,
);
export const deploymentId = textThat(isDeploymentId, 'letters, digits, . _ -, at most 64');
/** Of a mark, a run, a verification: whatever made it says what it looks like. */
export const eventId = textThat(
  (value) => /^[\x21-\x7e]{1,200}$/.test(value),
  '1 to 200 letters without a blank',
);
/** Identity of a boot, a start time, a pid namespace. */
export const token = textThat(
  (value) => /^[\w.:[\]'-]{1,100}$/.test(value),
  'at most 100 letters and digits',
);

/** The canonical name of a phase. */
export const phase: Read<string> = (value, at) => {
  const found = typeof value === 'string' ? phaseName(value) : null;
  if (found !== null) return found;
  throw new Unfit(at, { value, expected: 'a lower-case letter, then letters, digits, _ or -, at most 63' });
};

/** Notes, an error: of a longer one the end is kept. */
export const longText: Read<string> = (value, at) => {
  if (typeof value !== 'string') throw new Unfit(at, { value, expected: 'a text' });
  const fit = wellFormed(value);
  if (Buffer.byteLength(fit, 'utf8') <= textLimits.long) return fit;
  // A value must not lose its name, nor a key its beginning, before they are known as secrets.
  return lastBytes(redact(fit), textLimits.long);
};
