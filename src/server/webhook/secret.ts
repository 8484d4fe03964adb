import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { readSecret, type Secret } from '../../settings/readSecret.ts';

/** A sender waits a few seconds for its answer. */
const withinMs = 2000;

/** DEPLOYTRACK_WEBHOOK_<name>, or the content of the file that …_FILE names. */
export type WebhookSecrets = (context: Context, name: string) => Promise<Secret>;

/**
 * Reads a secret for each delivery: one that is changed is used at once. Deliveries that come while it is read share the
 * answer, since nobody has proven anything yet who makes us read.
 */
export function webhookSecrets(): WebhookSecrets {
  const reading = new Map<string, Promise<Secret>>();
  return (context, name) => {
    const known = reading.get(name);
    if (known !== undefined) return known;
    const asked = readSecret(context, `DEPLOYTRACK_WEBHOOK_${name}`, { withinMs });
    reading.set(name, asked);
    return asked.finally(() => reading.delete(name));
  };
}

/**
 * What is wrong with secrets that may come yet: they cannot be read now, and prove nobody until then. Throws a usage error
 * for one that is empty or can never be proven.
 */
export async function missingSecrets(context: Context, names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) {
    const { problem, expected, isEmpty } = await readSecret(context, `DEPLOYTRACK_WEBHOOK_${name}`, {
      withinMs,
    });
    if (problem === null) continue;
    if (isEmpty) throw usageError(problem, 'fill it, or unset it: webhooks of that sender are off then');
    if (expected !== null) throw usageError(problem, expected);
    missing.push(problem);
  }
  return missing;
}
