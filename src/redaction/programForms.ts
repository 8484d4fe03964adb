/**
 * What a text must have in it, in lower case, one of several words; then, made for such a text alone, the program and what
 * stands before its password on the same line.
 */
export type Program = readonly [words: string, forms: () => readonly [program: RegExp, password: RegExp]];

/** A word of a command line, in quotes or not. */
export const word =
  '(?:(?:"[^"\\n]{0,512}"|\'[^\'\\n]{0,512}\')[\\w"\'$!@#%^*+=.~-]{0,256}|[^\\s"\'][^\\s]{0,511})';
/** One that is no option and no sign of the shell. */
export const operand = '(?:"[^"\\n]{0,512}"|\'[^\'\\n]{0,512}\'|[^\\s"\'<>|;&/-][^\\s;|]{0,511})';
export const options = '(?:[ \\t]{1,4}--?[\\w.-]{1,32}(?:=[^\\s]{1,128})?){0,6}';
export const user = '["\']?[\\w.$#-]{1,128}';

/** `-p word`, `-pword`, and in quotes; `-p` must not be the beginning of `-password`. */
export function attached(letters: string): RegExp {
  return new RegExp(`([ \\t]["']?-${letters}(?!ass)[ \\t]{0,8})${word}`, 'g');
}
/** `-p word`, `-p=word`. */
export function apart(name: string): RegExp {
  return new RegExp(`([ \\t]["']?${name}(?:[ \\t]{1,8}|=))${word}`, 'g');
}
/** What follows directly: `/p:word`. */
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
export const userColon =
  '["\']?[^\\s:"\']{0,128}:)(?:(?<=["\'][^\\s:"\']{0,128}:)[^"\'\\n]{1,512}|[^\\s"\']{1,512})';
