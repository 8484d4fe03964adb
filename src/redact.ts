import { hideInAddress, hideUsers } from './redaction/addresses.ts';
import { hideOptionValues, hideProgramPasswords, hideStatements } from './redaction/commandLines.ts';
import { hideHeaders, hideSchemes } from './redaction/headers.ts';
import { hideKeys } from './redaction/keys.ts';
import { hideElements, hideNamedValues } from './redaction/named.ts';
import { hideKnownForms } from './redaction/tokens.ts';

/** Characters. Of a longer text the end is looked at and kept: there the error stands. */
export const mostRedacted = 1_048_576;
/** How far a cut text is searched for the end of its first line. */
const firstLineAtMost = 8192;

const colours = /\u001b\[[0-9;:]{0,32}[A-Za-z]/g;

const rules: readonly ((text: string) => string)[] = [
  hideKeys,
  hideUsers,
  hideHeaders,
  hideSchemes,
  hideElements,
  hideNamedValues,
  hideProgramPasswords,
  hideOptionValues,
  hideStatements,
  hideKnownForms,
];

/**
 * The text with everything that looks like a secret replaced by `***`: `docs/secrets.md` lists the forms. Takes a time
 * that grows with the text and no faster. For a text whose beginning was cut away, `withoutCutWord` comes first.
 */
export function redact(text: string): string {
  const looked = text.length > mostRedacted ? withoutCutWord(text.slice(-mostRedacted)) : text;
  // Tools colour the name apart from its value.
  const plain = looked.includes('\u001b') ? looked.replaceAll(colours, '') : looked;
  return rules.reduce((kept, rule) => rule(kept), plain);
}

/** An address without user, password and the values of its query. */
export function redactAddress(address: string): string {
  return redact(hideInAddress(address.slice(0, mostRedacted)));
}

/** A text whose beginning was cut away, without the rest of the line, or word, whose name is gone. */
export function withoutCutWord(text: string): string {
  const line = text.slice(0, firstLineAtMost).search(/[\r\n]/);
  if (line !== -1 && line < text.length - 1) return text.slice(line + 1);
  const blank = text.search(/\s/);
  return blank === -1 ? '***' : text.slice(blank + 1);
}
