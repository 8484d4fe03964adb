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
 * Throws a usage error for a secret that can never be proven. One that is empty or cannot be read may come yet: it proves
 * nobody until then.
 */
export async function refuseUnfitSecrets(context: Context, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { problem, expected } = await readSecret(context, `DEPLOYTRACK_WEBHOOK_${name}`, { withinMs });
    if (problem !== null && expected !== null) throw usageError(problem, expected);
  }
}
