import { content, duration, file, flag, freeText, id, line, list, program, text, time } from './kinds.ts';

/** What is stored about files and packages at the end of a deployment. */
export const trackOptions = {
  trackFile: list(file({ value: 'path', help: "at finish, store this file's hash" })),
  trackPackages: list(
    text({
      value: 'manager',
      help: 'at finish, packages: pip, npm, dpkg',
      offered: ['pip', 'npm', 'dpkg'],
    }),
  ),
};

/** The gate inside `start` and `run`. */
export const gateOptions = {
  gate: flag({ help: 'refuse while frozen, by the rules of `gate`' }),
  hotfix: freeText({ value: 'reason', help: 'start although frozen, and why' }),
};

/** The options of `start` and `run`. */
export const startOptions = {
  previousVersion: line({ value: 'v', help: 'version replaced', otherwise: 'the one in service' }),
  commit: line({ value: 'sha', help: 'commit that is deployed' }),
  url: line({ value: 'url', help: 'URL of the CI run' }),
  triggeredAt: time({ help: 'when it was triggered, ISO 8601' }),
  notes: content({ help: 'free-form text; @file or - reads it' }),
  python: program({ help: 'Python of the new environment, for its version' }),
  rollbackOf: line({ value: 'id', help: 'ID of the deployment that this one rolls back' }),
  join: flag({ help: 'continue the deployment of --id' }),
  exclusive: flag({ help: 'refuse to start while another deployment is open' }),
  takeOver: flag({ help: 'close an open one whose processes have exited' }),
  wait: duration({ help: 'wait this long for its turn' }),
  forceBad: freeText({ value: 'reason', help: 'start a version that is marked bad, and why' }),
  ...gateOptions,
  ...trackOptions,
};

/** Selects a deployment, including finished ones. */
export const ofDeploymentOption = id({ help: 'ID of the deployment; finished ones too' });
