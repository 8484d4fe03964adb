import { newProgram } from '../../support/program.ts';

/** The start, and phases: more than a hundred in a few journals, which are several transactions. */
export const donorMarks = 21;
const id = 'donor-id';

/** The marks of an open deployment of another ledger, as lines. */
export async function donorLines(): Promise<string[]> {
  const donor = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
  await donor.quiet(['start', '--id', id]);
  for (let phase = 0; phase < donorMarks - 1; phase += 1)
    await donor.quiet(['phase', 'record', `p${phase}`, '--id', id, '--duration', '1s']);
  const lines = (await donor.quiet(['export', '--id', id])).split('\n');
  if (lines.length !== donorMarks) throw new Error(`expected ${donorMarks} marks, found ${lines.length}`);
  return lines;
}

/** The same marks of another deployment: other IDs, the same times. */
export function renamed(lines: readonly string[], to: string): string {
  return lines
    .map((line, index) => {
      const mark = JSON.parse(line) as Record<string, unknown>;
      const named = { ...mark, deploymentId: to, markId: `${to}-mark-${index}` };
      return `${JSON.stringify('runId' in mark ? { ...named, runId: `${to}-run-${index}` } : named)}\n`;
    })
    .join('');
}
