/** How a status is shown everywhere: a class for its color and a sign, so that color is not the only difference. */
export interface Look {
  readonly tone: 'good' | 'warn' | 'bad' | 'run';
  readonly sign: string;
}

const looks: Readonly<Record<string, Look>> = {
  success: { tone: 'good', sign: '✓' },
  warning: { tone: 'warn', sign: '!' },
  failed: { tone: 'bad', sign: '✗' },
  'rolled-back': { tone: 'warn', sign: '↩' },
  'in-progress': { tone: 'run', sign: '▶' },
};

export function lookOf(status: string): Look {
  return looks[status] ?? { tone: 'run', sign: '?' };
}

/** What people call it. */
export function wordOf(status: string): string {
  return status === 'in-progress' ? 'running' : status.replace('-', ' ');
}

/** The status and, if it was not simply rolled out, what that meant: `failed, rolled back to 1.4`. */
export function outcomeText({ status, outcome }: { status: string; outcome: string | null }): string {
  if (outcome === null || outcome === 'rolled out') return wordOf(status);
  const rest = outcome.startsWith(status) ? outcome.slice(status.length) : `, ${outcome}`;
  return `${wordOf(status)}${rest}`;
}
