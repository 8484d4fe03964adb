import { wellFormed } from '../model.ts';
import { redactToCut } from '../redact.ts';

/** Untrusted text in quotes, on one line, harmless to a terminal, at most `limit` characters. */
export function quoted(text: string, limit = 80): string {
  const characters = [...wellFormed(redactToCut(text, limit))];
  const cut = characters.length > limit ? `${characters.slice(0, limit).join('')}…` : characters.join('');
  return `"${cut.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/gu, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return named[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}
