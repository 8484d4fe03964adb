/**
 * Commands in the log of a CI: GitHub and Azure act on `##[` and `##vso[` anywhere in a line, TeamCity on `##teamcity[`, and
 * GitHub on `::` at its start, after spaces. Some ignore invisible characters.
 */
const unseen = '[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}]{0,8}';
const bracketed = new RegExp(
  `#(?=${unseen}#${unseen}[\\p{L}\\p{Default_Ignorable_Code_Point}]{0,32}\\[)`,
  'giu',
);
const isBlank = /[\s\u0085\ufeff\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/u;

/** Inserts a space into everything that a CI would read as a command. The text stays readable. */
export function breakCommands(text: string): string {
  const broken = text.includes('#') ? text.replaceAll(bracketed, '# ') : text;
  return broken.includes('::')
    ? broken.replaceAll('::', (colons, at: number) => (startsLine(broken, at) ? ': :' : colons))
    : broken;
}

/** The same for JSON: `#` occurs only in strings, and `\u0023` is the same character. */
export function breakCommandsInJson(json: string): string {
  return json.includes('##') ? json.replaceAll(/#(?=#[a-z]{0,32}\[)/gi, '\\u0023') : json;
}

/** Whether only blank characters are before it on its line. */
function startsLine(text: string, at: number): boolean {
  for (let before = at - 1; before >= 0; before -= 1) {
    const one = text.charAt(before);
    if (one === '\n' || one === '\r') return true;
    if (!isBlank.test(one)) return false;
  }
  return true;
}
