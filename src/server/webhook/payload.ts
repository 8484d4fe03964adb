import type { Json } from '../../collect/webhook/json.ts';
import type { SignedRequest } from './senders.ts';

/**
 * The JSON of a delivery, as its body or as the field `payload` of a form (GitHub's other form); null where it is none.
 * A body that begins as JSON is JSON: curl calls everything a form.
 */
export function payloadOf({ body, headers }: SignedRequest): Json | null {
  const text = body.toString('utf8');
  const saysForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const isForm = saysForm && !/^\s*\{/.test(text);
  try {
    const parsed: unknown = JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : null;
  } catch {
    return null;
  }
}
