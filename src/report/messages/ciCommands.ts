/**
 * What a CI does on a line of a log: GitHub and Azure take `##[` and `##vso[` anywhere in it, TeamCity `##teamcity[`, and
 * GitHub `::` at its start, behind blanks. Some compare without characters that show nothing.
 */
const unseen = '[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}]{0,8}';
const bracketed = new RegExp(
  `#(?=${unseen}#${unseen}[\\p{L}\\p{Default_Ignorable_Code_Point}]{0,32}\\[)`,
  'giu',
);
const isBlank = /[\s\u0085\ufeff\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/u;

/** The text with a blank within everything that a CI would take for a command. What it shows stays readable. */
export function breakCommands(text: string): string {
  const broken = text.includes('#') ? text.replaceAll(bracketed, '# ') : text;
  return broken.includes('::')
    ? broken.replaceAll('::', (colons, at: number) => (startsLine(broken, at) ? ': :' : colons))
    : broken;
}

/** The same for JSON: `#` stands in its texts alone, and is the same character as `\u0023`. */
export function breakCommandsInJson(json: string): string {
  return json.includes('##') ? json.replaceAll(/#(?=#[a-z]{0,32}\[)/gi, '\\u0023') : json;
}

/** Whether nothing but blanks stands before; what was written before counts as a line of its own. */
function startsLine(text: string, at: number): boolean {
  for (let before = at - 1; before >= 0; before -= 1) {
    const one = text.charAt(before);
    if (one === '\n' || one === '\r') return true;
    if (!isBlank.test(one)) return false;
  }
  return true;
}
