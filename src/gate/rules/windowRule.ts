import { isoTime } from '../../model.ts';
import type { GateRules } from '../gateRules.ts';
import type { Judgement } from '../judgement.ts';
import { freeFromMs, timesInForce } from '../windows/inForce.ts';

/** Windows that recur, at this moment. Windows that follow each other end together. */
export function judgeWindows({ windows }: Pick<GateRules, 'windows'>, nowMs: number): Judgement {
  const inForce = windows.filter((window) => timesInForce(window, nowMs) !== null);
  const endsAtMs = inForce.length === 0 ? null : freeFromMs(windows, nowMs);
  const ends =
    endsAtMs === null
      ? 'when a setting changes: windows cover every time'
      : `${isoTime(endsAtMs)}, when the window ends`;
  return {
    obstacles: inForce.map(({ text }) => ({
      rule: 'window',
      reason: `freeze window ${text}`,
      ends,
      endsAtMs,
    })),
    unread: [],
    facts: [],
  };
}
