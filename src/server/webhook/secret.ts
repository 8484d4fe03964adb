import type { Context } from '../../context.ts';
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
