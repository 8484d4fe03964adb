import type { Json } from '../../collect/webhook/json.ts';
import type { Asked } from '../route.ts';

/** The JSON of a delivery, as its body or as the field `payload` of a form (GitHub's other form); null where it is none. */
export function payloadOf({ body, headers }: Pick<Asked, 'body' | 'headers'>): Json | null {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const text = body.toString('utf8');
  try {
    const parsed: unknown = JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : null;
  } catch {
    return null;
  }
}
