import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import { asciiJson } from '../json.ts';
import type { Format, View } from '../terminal/view.ts';
import { aftermathLines } from './showAftermath.ts';
import { phasesCsv } from './showCsv.ts';
import { factLines } from './showFacts.ts';
import { headLines } from './showHead.ts';
import { healthLines } from './showHealth.ts';
import { detailJson } from './showJson.ts';
import { showMarkdown } from './showMarkdown.ts';
import { recordLines } from './showRecords.ts';
import { summaryLines } from './showSummary.ts';
import { waterfall } from './waterfall.ts';

/** All details of a deployment, as text that ends with a newline; as CSV only its phases. */
export function formatShow(detail: DeploymentDetail, view: View & { readonly format: Format }): string {
  if (view.format === 'json') return `${asciiJson(detailJson(detail), { pretty: true })}\n`;
  if (view.format === 'csv') return phasesCsv(detail);
  if (view.format === 'markdown') return showMarkdown(detail);
  const sections = [
    headLines(detail, view),
    waterfall(detail, view),
    healthLines(detail, view),
    recordLines(detail, view),
    factLines(detail, view),
    summaryLines(detail, view),
    aftermathLines(detail, view),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
