import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What the conditions of the tests say, in words. */
const reasons = [
  [/powershell === undefined/, 'no PowerShell (`scripts/install-pwsh` wants the .NET SDK)'],
  [/isRoot|getuid|uid [!=]== 0|asRoot|mayMount/, 'not root'],
  [/'?gcc'?/, 'no C compiler'],
  [/[sS]trace/, 'no strace'],
  [/has\('(\w+)'\)/, (name) => `no ${name}`],
  [/existsSync\('(\/[^']+)'\)/, (path) => `${path} is there`],
  [/isMemory\(([^)]*\)?)\)/, (folder) => `of memory and disk, ${folder} is only one`],
  [/platform|isLinux/, 'another system'],
  [/node === undefined/, 'no other Node (npm brings them)'],
];

/** One line for each file with skipped tests: how many, and what its conditions ask for. */
export function skippedBecause(testResults) {
  return testResults.flatMap(({ name = '', assertionResults }) => {
    const count = assertionResults.filter(({ status }) =>
      ['pending', 'skipped', 'todo'].includes(status),
    ).length;
    return count === 0 ? [] : [`skipped ${count} in ${relative(process.cwd(), name)}: ${because(name)}`];
  });
}

function because(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const conditions = [...text.matchAll(/(?:skipIf|runIf)\((.*?)\)(?:\.each)?\(/g)].map(
    ([, condition]) => condition,
  );
  const told = conditions.map(inWords).filter((one, at, all) => all.indexOf(one) === at);
  return told.join(', or ') || 'no reason is known';
}

function inWords(condition) {
  for (const [form, words] of reasons) {
    const found = form.exec(condition);
    if (found !== null) return typeof words === 'string' ? words : words(found[1]);
  }
  return condition;
}
