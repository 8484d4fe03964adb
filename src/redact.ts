import { hideBareUsers, hideInAddress, hideUsers } from './redaction/addresses.ts';
import { hideArguments, hideKeywords, hideLogins, hideSecondWords } from './redaction/calls.ts';
import { hideColumns } from './redaction/columns.ts';
import { hideOptionValues, hideProgramPasswords, hideStatements } from './redaction/commandLines.ts';
import { hideElements } from './redaction/elements.ts';
import { hideHeaders, hideSchemes } from './redaction/headers.ts';
import { hideKeys, hidePuttyKeys } from './redaction/keys.ts';
import { hideManifests } from './redaction/manifest.ts';
import { hideNamedValues } from './redaction/named.ts';
import { hideParts, hideValuesBefore } from './redaction/parts.ts';
import { mayNameSecret } from './redaction/secretName.ts';
import { hideKnownForms } from './redaction/tokens.ts';

/** Characters. Only the end of a longer text is processed and stored: errors are at the end. */
export const mostRedacted = 1_048_576;
/** How far a cut text is searched for the end of its first line. */
const firstLineAtMost = 8192;

/** Colors, and links: escape sequences of a terminal. */
const sequences = /\u001b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\u0007\u001b\n]{0,2048}(?:\u0007|\u001b\\))/g;

type Rule = (text: string) => string;

const first: readonly Rule[] = [hideKeys, hidePuttyKeys, hideUsers, hideBareUsers, hideHeaders, hideSchemes];
/** For texts with a word that names a secret. */
const ofNames: readonly Rule[] = [
  hideManifests,
  hideElements,
  hideStatements,
  hideArguments,
  hideSecondWords,
  hideKeywords,
  hideParts,
  hideValuesBefore,
  hideNamedValues,
];
const ofOptions: readonly Rule[] = [hideOptionValues, hideColumns];

/**
 * The text with everything that looks like a secret replaced by `***`: `docs/secrets.md` lists the forms. The time grows
 * linearly with the text. For a text whose beginning was cut away, call `withoutPartialWord` first.
 */
export function redact(text: string): string {
  const looked = text.length > mostRedacted ? withoutPartialWord(text.slice(-mostRedacted)) : text;
  // Tools color the name separately from its value.
  const bare = looked.includes('\u001b') ? looked.replaceAll(sequences, '') : looked;
  // UTF-16 read as UTF-8 has one after each letter.
  const plain = bare.includes('\0') ? bare.replaceAll('\0', '') : bare;
  const isNamed = mayNameSecret(plain);
  const rules = [
    ...first,
    ...(isNamed ? ofNames : []),
    hideLogins,
    hideProgramPasswords,
    ...(isNamed ? ofOptions : []),
    hideKnownForms,
  ];
  return rules.reduce((kept, rule) => rule(kept), plain);
}

/** A URL without user, password and the values of its query. */
export function redactAddress(address: string): string {
  return redact(hideInAddress(address.slice(0, mostRedacted)));
}

/**
 * For a text of which only this many characters are stored: redact before cutting, since a cut removes the marks that
 * identify a secret.
 */
export function redactToCut(text: string, most: number): string {
  return text.length > most ? redact(text) : text;
}

/** Drops from a text whose beginning was cut away the rest of the line, or word, whose name is gone. */
export function withoutPartialWord(text: string): string {
  const line = text.slice(0, firstLineAtMost).search(/[\r\n]/);
  if (line !== -1 && line < text.length - 1) return text.slice(line + 1);
  const blank = text.search(/\s/);
  return blank === -1 ? '***' : text.slice(blank + 1);
}
