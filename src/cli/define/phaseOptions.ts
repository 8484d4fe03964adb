import { amountLimits } from '../../model.ts';
import { choice, integer } from './kinds.ts';

/** How a phase ended. */
export const phaseStatus = choice({
  value: 'status',
  choices: ['success', 'failed'],
  help: 'success or failed',
});

export const exitCode = integer({ ...amountLimits.exitCode, help: 'exit code of what was run' });
