import { isAboutIt, isHarmless, standsAlone, strongWords } from './secretName.ts';
import { hiddenValue } from './value.ts';

/** A word of a command line, in quotes or not. */
const word = '(?:"[^"\\n]{0,512}"|\'[^\'\\n]{0,512}\'|[^\\s"\'][^\\s]{0,511})';

/** Programs that take a password in a way of their own: who they are, and what stands before it. */
const programs: readonly (readonly [program: RegExp, password: RegExp])[] = [
  [/\b(?:mysql|mariadb|percona|xtrabackup)/i, new RegExp(`([ \\t]-p)${word}`, 'g')],
  [/\bsshpass\b/i, new RegExp(`([ \\t]-p[ \\t]{0,8})${word}`, 'g')],
  [
    /\bcurl(?:\.exe)?\b/i,
    /([ \t](?:-u|--user|-U|--proxy-user)[ \t=]{0,8}["']?[^\s:"']{0,128}:)[^\s"']{1,512}/g,
  ],
  [/\bredis-cli\b/i, new RegExp(`([ \\t]-a[ \\t]{1,8})${word}`, 'g')],
  [/\bmongo/i, new RegExp(`([ \\t]-p[ \\t]{0,8})${word}`, 'g')],
  [/\bldap/i, new RegExp(`([ \\t]-w[ \\t]{0,8})${word}`, 'g')],
  [/\b(?:sqlcmd|bcp|isql|unzip|zip)\b/i, new RegExp(`([ \\t]-P[ \\t]{0,8})${word}`, 'g')],
  [/\b(?:7za?|rar|unrar)\b/i, new RegExp(`([ \\t]-h?p)${word}`, 'g')],
  [/\bsmbclient\b/i, /([ \t]-U[ \t]{0,8}["']?[^\s%"']{1,128}%)[^\s"']{1,512}/g],
  [/\bssh-keygen\b/i, new RegExp(`([ \\t]-[NP][ \\t]{1,8})${word}`, 'g')],
  [
    /\b(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|oc|az|cf)\b.{0,200}\blogin\b/i,
    new RegExp(`([ \\t]-p[ \\t]{1,8})${word}`, 'g'),
  ],
  [/\bopenssl\b/i, /(\bpass:)[^\s"']{1,512}/g],
  [/--from-literal/, /(--from-literal[ =]["']?[\w.-]{1,128}=)[^\s"']{1,4096}/g],
];
const anyProgram = new RegExp(programs.map(([{ source }]) => source).join('|'), 'i');

/** `mysql -p…`, `sshpass -p …`, `curl -u user:…` and their like, line by line. */
export function hideProgramPasswords(text: string): string {
  if (!anyProgram.test(text)) return text;
  return text
    .split('\n')
    .map((line) =>
      programs.reduce(
        (kept, [program, password]) =>
          program.test(kept) ? kept.replace(password, (_, before: string) => `${before}***`) : kept,
        line,
      ),
    )
    .join('\n');
}

const flag = new RegExp(
  `(?<![\\w-])(--?[\\w-]{0,40}?)(${strongWords}|pass)([\\w-]{0,40})([ \\t]{1,8})(?!-)(${word})`,
  'gi',
);

/** `--db-password …`, `-Token …`: the word behind an option whose name tells of a secret. */
export function hideOptionValues(text: string): string {
  return text.replace(
    flag,
    (all, dashes: string, name: string, rest: string, blank: string, value: string) => {
      const before = dashes.charAt(dashes.length - 1);
      const isOther = /^pass$/i.test(name) && !standsAlone({ before, word: name, rest });
      if (isOther || isAboutIt(rest) || isHarmless(value)) return all;
      return `${dashes}${name}${rest}${blank}***`;
    },
  );
}

const inSql =
  /\b(?:identified[ \t]{1,8}(?:with[ \t]{1,8}[^\s]{1,64}[ \t]{1,8})?(?:by|as)(?:[ \t]{1,8}password)?|password)[ \t]{1,8}(?=['"])/gi;
const inNetrc = /\b(login[ \t]{1,8}[^\s]{1,256}\s{1,8}password[ \t]{1,8})[^\s]{1,1024}/gi;

/** `IDENTIFIED BY '…'`, `PASSWORD '…'` of SQL, and the lines of a `.netrc`. */
export function hideStatements(text: string): string {
  let kept = '';
  let from = 0;
  inSql.lastIndex = 0;
  for (let found = inSql.exec(text); found !== null; found = inSql.exec(text)) {
    const begin = found.index + found[0].length;
    const value = hiddenValue(text, begin);
    if (value === null) continue;
    kept += text.slice(from, begin) + value.shown;
    from = value.end;
    inSql.lastIndex = value.end;
  }
  return (kept + text.slice(from)).replace(inNetrc, '$1***');
}
