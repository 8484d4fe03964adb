import type { PanelJson, TargetJson } from '../dashboards/dashboard.ts';
import { type Chosen, substitute } from '../dashboards/substitute.ts';
import type { Source } from './source.ts';

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

export interface Point {
  readonly seconds: number;
  readonly value: number;
}

/** The series of one target, with its letter. */
export interface Answer {
  readonly refId: string;
  readonly series: readonly Series[];
}

/** Runs all queries of a panel. */
export function answersOf(panel: PanelJson, { source, chosen }: { source: Source; chosen: Chosen }) {
  const window = panel.timeFrom === '7d' ? { ...chosen, rangeSeconds: 7 * 86_400 } : chosen;
  return Promise.all(
    (panel.targets ?? []).map(async (target): Promise<Answer> => {
      const expr = substitute(target.expr, window);
      const found = target.range ? await source.range(expr) : await source.instant(expr);
      const series = found.map(({ labels, points }) => ({ name: nameOf(target, labels), labels, points }));
      return { refId: target.refId, series };
    }),
  );
}

function nameOf({ legendFormat }: TargetJson, labels: Readonly<Record<string, string>>): string {
  if (legendFormat === undefined || legendFormat === '') return Object.values(labels).join(' ');
  return legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();
}
