import { parseDurationMs } from '../../duration.ts';

/** How long a command may take for pushing, unless --gateway-timeout is given. */
export const sendBudgets = { mark: '250ms', bracket: '2s', push: '5s' } as const;

export function sendBudgetMs(kind: keyof typeof sendBudgets): number {
  return parseDurationMs(sendBudgets[kind]) ?? Number.NaN;
}
