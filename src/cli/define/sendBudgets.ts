import { parseDurationMs } from '../../duration.ts';

/** What a command may spend on pushing, if --gateway-timeout does not say otherwise. */
export const sendBudgets = { mark: '250ms', bracket: '2s', push: '5s' } as const;

export function sendBudgetMs(kind: keyof typeof sendBudgets): number {
  return parseDurationMs(sendBudgets[kind]) ?? Number.NaN;
}
