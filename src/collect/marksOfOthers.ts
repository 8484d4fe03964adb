import { defaultMs } from '../cli/define/settings.ts';
import type { FinishMark, StartMark } from '../marks.ts';
import type { Instant } from '../model.ts';

type Named = 'markId' | 'deploymentId' | 'at';

/** The start mark of a deployment made by another system: only the facts that it reported. */
export function startOfOthers(
  mark: Partial<StartMark> &
    Pick<StartMark, Named | 'deployment' | 'environment' | 'hostname' | 'version' | 'method'>,
): StartMark {
  return {
    kind: 'start',
    service: mark.deployment,
    instance: mark.hostname.toLowerCase(),
    runner: null,
    previousVersion: null,
    commitSha: null,
    url: null,
    triggeredAtMs: null,
    triggeredBy: null,
    notes: null,
    pythonCommand: null,
    rollbackOf: null,
    caller: null,
    callerRole: 'caller',
    abandonAfterMs: defaultMs('abandon-after'),
    takeOver: false,
    join: true,
    declare: { services: [], stages: [], tests: [], resources: [], checkTypes: [] },
    ...mark,
  };
}

export function finishOfOthers(
  mark: Partial<FinishMark> & Pick<FinishMark, Named | 'status' | 'error'>,
): FinishMark {
  return {
    kind: 'finish',
    exitCode: null,
    notes: null,
    onExit: false,
    abandoned: false,
    discard: false,
    keepOpen: false,
    ...mark,
  };
}

/** The clocks of two machines have only wall time in common. */
export function wallOnly(wallMs: number): Instant {
  return { wallMs, monotonicSeconds: null, boot: null };
}
