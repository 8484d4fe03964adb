import type { Check } from '../check.ts';

export const settings: Check = {
  name: 'settings',
  title: 'the values of options, environment and settings file',
  find: ({ session }) =>
    session.settings.problems.map(({ message, hint }) => ({
      state: 'wrong',
      message,
      meaning: 'marks ignore this value; other commands reject it',
      fix: hint ?? 'correct it, or unset it',
    })),
};
