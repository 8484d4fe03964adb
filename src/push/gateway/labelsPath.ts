/** A group of any client, by its grouping key, `job` first; values as bytes, because some are not UTF-8. */
export type GroupingKey = readonly (readonly [label: string, value: Buffer])[];

/** The path of a group below a gateway's URL, as DELETE needs it. */
export function labelsPath(labels: GroupingKey): string {
  return `/metrics/${labels.map(segment).join('/')}`;
}

/** An empty value needs the form with base64 too: `//` would be another path. */
function segment([label, value]: GroupingKey[number]): string {
  const text = value.toString('latin1');
  if (/^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(text)) return `${label}/${text}`;
  return `${label}@base64/${value.length === 0 ? '=' : value.toString('base64url')}`;
}
