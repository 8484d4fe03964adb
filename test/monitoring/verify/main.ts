import { alertChecks, seedChecks } from './checks.ts';
import { isInReadme, writeReadme } from './readmePart.ts';
import { readmeTable, reportLines } from './report.ts';
import { verifyMonitoring } from './verify.ts';

/** Prints what was asked and answered; gives whether all was right. With `--readme` the README gets the table. */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const verified = await verifyMonitoring(root, (line) => say(`-- ${line}`));
  for (const line of reportLines(verified)) say(line);
  const table = readmeTable({ ...verified, checks: [...seedChecks(root), ...alertChecks(root)] });
  const isRight = Object.values(verified).every((answers) => answers.every(({ ok }: { ok: boolean }) => ok));
  if (args.includes('--readme') && isRight) writeReadme(root, table);
  else if (!isInReadme(root, table)) say('README.md is stale: scripts/verify-monitoring --readme');
  return isRight;
}
