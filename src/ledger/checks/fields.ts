import {
  type AmountName,
  amountLimits,
  isDeploymentId,
  isFreeText,
  isWellFormed,
  isWithin,
  lastBytes,
  phaseName,
  textLimits,
  wellFormed,
} from '../../model.ts';
import { redact } from '../../redact.ts';
import { whatIsWrong } from '../../settings/check.ts';
import { plainText } from '../../text/plainText.ts';
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

/** Missing is false: the first version did not have it. */
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
 * A non-empty text that passes a check. Control characters are accepted only from this account; from others each is
 * replaced by a space, like on the command line. With `lines` a text may have several lines.
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
      throw new Unfit(at, { value, expected: `${expected}, not only control characters` });
    return plain;
  };
}

/** The name of a deployment, an environment, a service or a host. */
export const name = textThat(
  (value) => whatIsWrong('name', value) === null,
  'a name of 1 to 255 bytes in one line',
);
/** A method, a test, a resource, a type of check. */
export const freeText = textThat(isFreeText, '1 to 200 characters');
/** A reason may come from a file. */
export const reason = textThat(isFreeText, '1 to 200 characters', { lines: true });
/** The source of a fact. */
export const source = textThat((value) => /^[a-z][a-z0-9_.-]{0,62}$/.test(value), 'a lower-case word');
/** A version, a commit, a URL. */
export const text = textThat(
  (value) => whatIsWrong('text', value) === null,
  `text of 1 to ${textLimits.text} bytes`,
);
/** The text from which an ID was made. */
export const givenId = textThat(
  (value) => value !== '' && isWellFormed(value) && value.length <= textLimits.givenId,
  `1 to ${textLimits.givenId} characters`,
);
export const deploymentId = textThat(isDeploymentId, 'letters, digits, . _ -, at most 64');
/** The ID of a mark, a run or a verification; its creator decides the format. */
export const eventId = textThat(
  (value) => /^[\x21-\x7e]{1,200}$/.test(value),
  '1 to 200 ASCII characters without spaces',
);
/** Identity of a boot, a start time, a PID namespace. */
export const token = textThat(
  (value) => /^[\w.:[\]'-]{1,100}$/.test(value),
  'at most 100 letters and digits',
);

/** `callerToken`: with the boot, so that it equals none of another host. */
export const callerOf = textThat(
  (value) => value.length <= 200 && /^[\w.-]{1,100}\/(pid:\[\d+\])?\/[1-9]\d{0,9}\/\d{0,20}$/.test(value),
  '<boot>/<PID namespace>/<PID>/<start time>',
);

/** The canonical name of a phase. */
export const phase: Read<string> = (value, at) => {
  const found = typeof value === 'string' ? phaseName(value) : null;
  if (found !== null) return found;
  throw new Unfit(at, { value, expected: 'a lower-case letter, then letters, digits, _ or -, at most 63' });
};

/** Notes or an error: of a longer one the end is stored. */
export const longText: Read<string> = (value, at) => {
  if (typeof value !== 'string') throw new Unfit(at, { value, expected: 'text' });
  const fit = wellFormed(value);
  if (Buffer.byteLength(fit, 'utf8') <= textLimits.long) return fit;
  // Redact first: a value must not lose its name, nor a key its beginning, before they are recognized as secrets.
  return lastBytes(redact(fit), textLimits.long);
};
