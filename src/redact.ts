/** What must not be kept: values of secret-looking names, credentials in URLs, tokens by their known forms. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi, '$1***@'],
  [/(\bauthorization\s*[:=]\s*)(?:(?:basic|bearer|token|digest)\s+)?\S+/gi, '$1***'],
  [
    /(\b[\w.-]*(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w.-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    '$1***',
  ],
  [/(--?[\w-]*(?:password|secret|token|api-key)[\w-]*\s+)(?!-)\S+/gi, '$1***'],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)/g,
    '***',
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '***'],
];

/** The text with everything that looks like a secret replaced by `***`. */
export function redact(text: string): string {
  return secrets.reduce((kept, [form, shown]) => kept.replaceAll(form, shown), text);
}
