import { readFileSync } from 'node:fs';
import type { Check } from '../check.ts';
import { ok, wrong } from '../finding.ts';

/** Certificates that Node should trust in addition. It ignores a file that it cannot use. */
export const extraCertificates: Check = {
  name: 'certificates',
  title: 'the certificates in NODE_EXTRA_CA_CERTS',
  find: ({ session: { context } }) => {
    const path = context.env.NODE_EXTRA_CA_CERTS ?? '';
    if (path === '') return [];
    const problem = problemOf(path);
    if (problem === null) return [ok(`NODE_EXTRA_CA_CERTS adds the certificates in ${path}`)];
    return [
      wrong({
        message: `NODE_EXTRA_CA_CERTS: ${path} ${problem}`,
        meaning: 'Node ignores it, so a gateway or endpoint with such a certificate is not trusted',
        fix: 'set a PEM file, or run `unset NODE_EXTRA_CA_CERTS`',
      }),
    ];
  },
};

function problemOf(path: string): string | null {
  try {
    return /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(readFileSync(path, 'latin1'))
      ? null
      : 'contains no certificate';
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}
