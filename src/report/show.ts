import type { DeploymentDetail } from '../ledger/read/detail.ts';
import { asciiJson } from './json.ts';
import { aftermathLines } from './showAftermath.ts';
import { headLines } from './showHead.ts';
import { healthLines } from './showHealth.ts';
import { detailJson } from './showJson.ts';
import type { View } from './view.ts';
import { waterfall } from './waterfall.ts';

/** One deployment whole, as text that ends with a newline: who and when, a waterfall, health, what went wrong. */
export function formatShow(
  detail: DeploymentDetail,
  view: View & { readonly format: 'table' | 'json' },
): string {
  if (view.format === 'json') return `${asciiJson(detailJson(detail), { pretty: true })}\n`;
  const sections = [
    headLines(detail, view),
    waterfall(detail, view),
    healthLines(detail, view),
    aftermathLines(detail, view),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
