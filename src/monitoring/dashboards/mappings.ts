import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Looks } from './looks.ts';

/** The one word and color of each status, the same as in the terminal and in the web UI. */
const statuses = {
  success: ['success', 'green'],
  warning: ['warning', 'orange'],
  failed: ['failed', 'red'],
  rolledBack: ['rolled back', 'orange'],
  inProgress: ['in progress', 'blue'],
} as const;

/** deployment_status: 0 failed, 1 success or warning, 2 in progress. */
export const statusNumber = words({ '0': statuses.failed, '1': statuses.success, '2': statuses.inProgress });

/** The label `status`: of a deployment, or of a stage. */
export const statusText = words({
  failed: statuses.failed,
  failure: statuses.failed,
  success: statuses.success,
  warning: statuses.warning,
  in_progress: statuses.inProgress,
});

/** The column `deployment_status`, whose spelling is another one. */
export const statusColumn = words({
  failed: statuses.failed,
  success: statuses.success,
  warning: statuses.warning,
  'in-progress': statuses.inProgress,
});

export const healthNumber = words({ '0': ['unhealthy', 'red'], '1': ['healthy', 'green'] });
export const checkNumber = words({ '0': ['failing', 'red'], '1': ['passing', 'green'] });
export const rolledBack = words({ true: statuses.rolledBack, false: ['', 'transparent'] });
export const inService = words({ '1': ['in service', 'green'] });

/** A cell with an address. */
export const openAddress: ValueMapping[] = [
  {
    type: MappingType.RegexToText,
    options: { pattern: '^https?://.*$', result: { text: 'open', index: 0 } },
  },
];

/** The values of `status` as names of bars. */
export const statusBars: Looks = {
  success: statuses.success,
  warning: statuses.warning,
  failed: statuses.failed,
  in_progress: statuses.inProgress,
};

/** The same of the column `deployment_status`. */
export const statusColumnBars: Looks = {
  success: statuses.success,
  warning: statuses.warning,
  failed: statuses.failed,
  'in-progress': statuses.inProgress,
};

/** 0/0 means that nothing happened in the range; it must not look like a failure. */
export const nothingYet: ValueMapping[] = [
  {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NullAndNan, result: { text: 'none in range', color: 'text' } },
  },
];

function words(texts: Readonly<Record<string, readonly [text: string, color: string]>>): ValueMapping[] {
  const options = Object.fromEntries(
    Object.entries(texts).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}
