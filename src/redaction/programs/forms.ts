/**
 * One of several words, in lower case, that a text must contain. For such a text only, the pattern is built: the
 * program and, after it on the same line, what comes before its password.
 */
export type Program = readonly [words: string, forms: () => readonly [program: RegExp, password: RegExp]];

/** A word of a command line, in quotes or not. */
export const word =
  '(?:(?:"[^"\\n]{0,512}"|\'[^\'\\n]{0,512}\')[\\w"\'$!@#%^*+=.~-]{0,256}|[^\\s"\'][^\\s]{0,511})';
/** One that is neither an option nor an operator of the shell. */
export const operand = '(?:"[^"\\n]{0,512}"|\'[^\'\\n]{0,512}\'|[^\\s"\'<>|;&/-][^\\s;|]{0,511})';
/** Options without a value between a program and its operand. */
export const options = '(?:[ \\t]{1,4}--?[\\w.-]{1,32}(?:=[^\\s]{1,128})?){0,6}';
/** Before its `/` and the password. */
export const user = '["\']?[\\w.$#-]{1,128}';
/** The user, a colon, the password; closes a group that the caller has opened. */
export const userColon =
  '["\']?[^\\s:"\']{0,128}:)(?:(?<=["\'][^\\s:"\']{0,128}:)[^"\'\\n]{1,512}|[^\\s"\']{1,512})';

/** `-p word`, `-pword`, and in quotes; `-p` must not be the beginning of `-password`. */
export function attached(letters: string): RegExp {
  return new RegExp(`([ \\t]["']?-${letters}(?!ass)[ \\t]{0,8})${word}`, 'g');
}
/** `-p word`, `-p=word`. */
export function apart(name: string): RegExp {
  return new RegExp(`([ \\t]["']?${name}(?:[ \\t]{1,8}|=))${word}`, 'g');
}
/** Directly attached: `/p:word`. */
export function joined(name: string): RegExp {
  return new RegExp(`([ \\t]["']?${name})${word}`, 'gi');
}
/** The last of a fixed number of words. */
export function behind(words: string): RegExp {
  return new RegExp(`(${words}[ \\t]{1,4})${operand}`, 'gi');
}
/** `name=word`. */
export function pairs(before = ''): RegExp {
  return new RegExp(`(${before}[ \\t]["']?[\\w.-]{1,128}=)["']?[^\\s"']{1,4096}`, 'g');
}
