import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

/** deployment_status: 0 failed, 1 success or warning, 2 in progress. */
export const statusNumber = words({
  '0': ['failed', 'red'],
  '1': ['success', 'green'],
  '2': ['in progress', 'blue'],
});

/** The label `status`. */
export const statusText = words({
  failed: ['failed', 'red'],
  failure: ['failed', 'red'],
  success: ['success', 'green'],
  warning: ['warning', 'yellow'],
  in_progress: ['in progress', 'blue'],
});

export const healthNumber = words({ '0': ['unhealthy', 'red'], '1': ['healthy', 'green'] });
export const checkNumber = words({ '0': ['failing', 'red'], '1': ['passing', 'green'] });
export const rolledBack = words({ true: ['rolled back', 'red'], false: ['no', 'text'] });
export const inService = words({ '1': ['in service', 'green'] });

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
