import type { Check } from '../check.ts';

/** Loaded only if it is asked for. */
export const health: Check = {
  name: 'health',
  title: 'the health endpoint of --health',
  find: async (examined) => {
    const { health: url } = examined.input;
    if (url === null) return [];
    const { healthFindings } = await import('../health/healthFindings.ts');
    return healthFindings(examined, url);
  },
};
