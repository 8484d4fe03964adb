import { alertChecks, userChecks } from './checks.ts';
import { isInDocs, writeDocs } from './docsPart.ts';
import { reportLines, verifiedTable } from './report.ts';
import { verifyMonitoring } from './verify.ts';

/**
 * Prints queries and results, and returns whether all are right. With `--docs` writes the table into
 * docs/verified.md.
 */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const verified = await verifyMonitoring(root, (line) => say(`-- ${line}`));
  for (const line of reportLines(verified)) say(line);
  const table = verifiedTable({ ...verified, checks: [...userChecks(root), ...alertChecks(root)] });
  const isRight = Object.values(verified).every((answers) => answers.every(({ ok }: { ok: boolean }) => ok));
  if (args.includes('--docs') && isRight) writeDocs(root, table);
  else if (!isInDocs(root, table)) say('docs/verified.md is stale: run `scripts/verify-monitoring --docs`');
  return isRight;
}
