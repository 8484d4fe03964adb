import { replaced } from './calls.ts';
import { isHarmless, looksMade } from './harmless.ts';
import { clouds } from './programs/clouds.ts';
import { databases } from './programs/databases.ts';
import { files } from './programs/files.ts';
import { type Program, word } from './programs/forms.ts';
import { logins } from './programs/logins.ts';
import { isAboutIt, isSecretName, standsAlone, strongWords } from './secretName.ts';
import { hiddenValue } from './value.ts';

/** `mysql -p…`, `sshpass -p …`, `curl -u user:…` and similar, line by line. */
export function hideProgramPasswords(text: string): string {
  const lower = text.toLowerCase();
  const likely = programs
    .filter(([words]) => words.split(' ').some((one) => lower.includes(one)))
    .map(([, forms]) => forms());
  if (likely.length === 0) return text;
  return text
    .split('\n')
    .map((line) => likely.reduce(hiddenBehind, line))
    .join('\n');
}

/** `cp -pr mongo.conf`: an option before the name of the program belongs to another program. */
function hiddenBehind(line: string, [program, password]: readonly [RegExp, RegExp]): string {
  const from = line.search(program);
  if (from === -1) return line;
  return line.replace(password, (all: string, before: string, ...rest: unknown[]) => {
    const at = rest.find((one) => typeof one === 'number') ?? 0;
    return at + before.length < from ? all : `${before}***`;
  });
}

const flag = new RegExp(
  `(?<![\\w-])(--?[\\w-]{0,40}?)(${strongWords}|pass|[th]?otp|psk|pw|bearer)([\\w-]{0,40})([ \\t]{1,8})(?!-)(${word})`,
  'gi',
);

const weak = /^(?:pass|[th]?otp|psk|pw|bearer)$/i;

/** `--db-password …`, `-Token …`: the word after an option whose name is that of a secret. */
export function hideOptionValues(text: string): string {
  return text.replace(
    flag,
    (all, dashes: string, name: string, rest: string, blank: string, value: string) => {
      const before = dashes.charAt(dashes.length - 1);
      const isOther = weak.test(name) && !standsAlone({ before, word: name, rest });
      // `--password   the password to use` is a line of help.
      const isHelp = blank.length > 1 && !looksMade(value);
      if (isOther || isHelp || isAboutIt(rest) || isHarmless(value)) return all;
      return `${dashes}${name}${rest}${blank}***`;
    },
  );
}

const inSql =
  /\b(?:identified[ \t]{1,8}(?:with[ \t]{1,8}[^\s]{1,64}[ \t]{1,8})?(?:by|as)(?:[ \t]{1,8}password)?|pass(?:word|phrase|wd|code)|kennwort|passwort)[ \t]{1,8}(?=['"“«‘])|\bset password for [^\n=]{1,200}=[ \t]{0,8}(?=['"])/gi;
const inNetrc =
  /\b((?:login[ \t]{1,8}[^\s]{1,256}|machine[ \t]{1,8}[^\s]{1,256})\s{1,8}password[ \t]{1,8})[^\s]{1,1024}/gi;
const secure =
  /\b(ConvertTo-SecureString(?:[ \t]{1,4}-(?:AsPlainText|Force|String)){0,3}[ \t]{1,4})(?=[^-\s|)])/gi;
/** Commands that set a name to a value after a space. */
const setting = new RegExp(
  '\\b((?:config(?:ure)?[ \\t]{1,4}(?:(?:set|--?\\w{1,16})[ \\t]{1,4}){0,3}|CONFIG[ \\t]SET[ \\t]|setx(?:[ \\t]{1,4}/m)?[ \\t]|(?:set|new)-(?:item|variable)[ \\t](?:[ \\t]{0,4}-(?:path|name)[ \\t])?|setenv[ \\t]|set[ \\t]-\\w{1,3}[ \\t]|ENV[ \\t]|' +
    `\\w{2,16}_param[ \\t]|config:set[ \\t])[ \\t]{0,8}["']?([\\w./:\\\\-]{1,128})["']?(?:[ \\t]{1,8}-value)?[ \\t]{1,8})(${word})`,
  'gi',
);

/** `IDENTIFIED BY '…'`, `PASSWORD '…'` of SQL, and the lines of a `.netrc`. */
export function hideStatements(text: string): string {
  const inSqlToo = replaced(text, inSql, (_, begin) => hiddenValue(text, begin));
  return replaced(inSqlToo, secure, (_, begin) => hiddenValue(inSqlToo, begin))
    .replace(inNetrc, '$1***')
    .replace(setting, (all, before: string, name: string) => (isSecretName(name) ? `${before}***` : all));
}

/** Programs with their own form of password arguments. Short options count only after the name of their program. */
const programs: readonly Program[] = [...databases, ...logins, ...files, ...clouds];
