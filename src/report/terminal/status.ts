import type { DeploymentStatus, StageStatus } from '../../model.ts';
import type { Glyphs, Style } from './view.ts';

/** The style of a status; undefined for an unknown one. */
export function statusStyle(status: DeploymentStatus | StageStatus): Style | undefined {
  const styles: Readonly<Record<string, Style>> = {
    success: 'good',
    warning: 'warn',
    failed: 'bad',
    running: 'running',
    'in-progress': 'running',
  };
  return styles[status];
}

/** The sign of a status. */
export function statusGlyph(status: DeploymentStatus | StageStatus, glyphs: Glyphs): string {
  const signs: Readonly<Record<string, string>> = {
    success: glyphs.good,
    warning: glyphs.warn,
    failed: glyphs.bad,
  };
  return signs[status] ?? glyphs.running;
}
