import type { Check } from '../check.ts';

/** Loaded only if it is asked for: it needs a parser of YAML, and all rules. */
export const prometheus: Check = {
  name: 'prometheus',
  title: 'the Prometheus server of --prometheus',
  find: async (examined) => {
    const { prometheus: address } = examined.input;
    if (address === null) return [];
    const { prometheusFindings } = await import('../prometheus/prometheusFindings.ts');
    return prometheusFindings(examined, address);
  },
};
