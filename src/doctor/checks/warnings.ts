import { lastWarnings } from '../../ledger/read/aftermath.ts';
import type { Check } from '../check.ts';

const mostShown = 5;

export const warnings: Check = {
  name: 'warnings',
  title: 'the last warnings of commands',
  find: ({ sound }) =>
    sound === null
      ? []
      : lastWarnings(sound, mostShown).map(({ at, message }) => ({
          state: 'past',
          message: `warning of ${at}: ${message}`,
        })),
};
