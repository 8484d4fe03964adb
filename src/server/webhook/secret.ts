import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { readSecret, type Secret } from '../../settings/readSecret.ts';

/** Senders wait only a few seconds for a response. */
const withinMs = 2000;

/** DEPLOYTRACK_WEBHOOK_<name>, or the content of the file that …_FILE names. */
export type WebhookSecrets = (context: Context, name: string) => Promise<Secret>;

/**
 * Reads a secret for each delivery, so that a changed one is used at once. Deliveries that arrive while it is read share
 * the result, because they are not verified yet and must not cause unlimited reads.
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
 * Problems with secrets that cannot be read now but may be readable later; until then their webhooks fail. Throws a usage
 * error for a secret that is empty or cannot be sent in a header.
 */
export async function missingSecrets(context: Context, names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) {
    const { problem, expected, isEmpty } = await readSecret(context, `DEPLOYTRACK_WEBHOOK_${name}`, {
      withinMs,
    });
    if (problem === null) continue;
    if (isEmpty) throw usageError(problem, 'set a value, or unset it to disable webhooks from that sender');
    if (expected !== null) throw usageError(problem, expected);
    missing.push(problem);
  }
  return missing;
}
