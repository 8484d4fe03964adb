/**
 * The URL of a central store as libpq reads it: the host may be missing if a parameter has it. Null if it is
 * another URL.
 */
export function parsedStore(text: string): URL | null {
  const whole = text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=\/)/i, '$1localhost');
  if (!/^postgres(ql)?:\/\/./i.test(whole) || !URL.canParse(whole)) return null;
  return new URL(whole);
}

/** For messages. Everything up to the last @ may be a password, and everything after the database. */
export function shownStore(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1').replace(/[?#].*$/s, '');
}
