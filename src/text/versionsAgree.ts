/** Whether two names mean one version: equal, but for a leading `v`, or a short and a long form of one SHA. */
export function versionsAgree(a: string, b: string): boolean {
  return a === b || a === `v${b}` || b === `v${a}` || sameCommit(a.toLowerCase(), b.toLowerCase());
}

function sameCommit(a: string, b: string): boolean {
  const sha = /^[0-9a-f]{7,40}$/;
  return sha.test(a) && sha.test(b) && (a.startsWith(b) || b.startsWith(a));
}
