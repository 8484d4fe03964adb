import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptText, keptTextBytes } from '../../src/storedText.ts';

test('the end of any text is saved with whole characters, as much as there is room for', () => {
  const unit = fc.constantFrom('a', 'ü', '€', '😀', '\n', 'e\u0301');
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 20 }), fc.nat(4000), (units, more) => {
      const text = units.join('').repeat(2000 + more);
      const { text: kept, isCut } = keptText(text);
      expect(text.endsWith(kept)).toBe(true);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(keptTextBytes);
      expect(isCut).toBe(Buffer.byteLength(text) > keptTextBytes);
      if (isCut) expect(Buffer.byteLength(kept)).toBeGreaterThan(keptTextBytes - 4);
      else expect(kept).toBe(text);
      expect(kept.isWellFormed()).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('cutting a text never separates a name from its secret value, or the beginning from a key', () => {
  const fill = 'a line of some length\n'.repeat(3000);
  const key = `-----BEGIN PRIVATE KEY-----\n${'AbC/'.repeat(16)}\n-----END PRIVATE KEY-----\n`;
  for (let more = 49; more < 400; more += 7) {
    const text = `x password="hunter2 hunter2 hunter2"\n${key}${fill.slice(-(keptTextBytes - 200 + more))}`;
    const { text: kept } = keptText(text);
    expect(kept).not.toContain('hunter2');
    expect(kept).not.toContain('AbC/');
  }
});
