import fc from 'fast-check';

/** Texts that have broken parsers: signs, sizes, encodings and words with a meaning of their own. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '-',
    '--',
    '-1',
    '@',
    '@/nonexistent',
    '.',
    '..',
    '/',
    '0',
    'NaN',
    'Infinity',
    '1e999',
    '1e-999',
    '0x10',
    'null',
    'true',
    '__proto__',
    'constructor',
    'toString',
    '\u0000',
    'a\nb',
    '\r\n',
    '\u202e',
    '\ud800',
    '🚀',
    '%s%n',
    '$(id)',
    ['$', '{HOME}'].join(''),
    "'",
    '"',
    '\\',
    '[::1]:9091',
    'http://',
    'http://127.0.0.1:1',
    'http://127.0.0.1:99999/',
    '1s',
    '99999999999999d',
    '-5s',
    '2026-01-15',
    '9999-12-31T23:59:60Z',
    'x'.repeat(5000),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);

export const oddBytes: fc.Arbitrary<Buffer> = fc
  .oneof(
    fc.uint8Array({ maxLength: 400 }),
    oddText.map((text) => Buffer.from(text)),
  )
  .map((bytes) => Buffer.from(bytes));

/** Any JSON, and its text as others write it. */
export const oddJson: fc.Arbitrary<string> = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '{',
    '[',
    '{}',
    '[]',
    '{"a":',
    'nul',
    '"\\ud800"',
    '['.repeat(2000),
    '{"__proto__":{"a":1}}',
  ),
);

/** A text with a part removed, repeated or replaced. */
export function damaged(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length });
  return fc
    .tuple(place, place, fc.oneof(fc.constant(''), oddText))
    .map(([one, other, put]) => text.slice(0, one) + put + text.slice(other));
}
