import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantiles, summary } from '../../../src/ledger/read/summary.ts';
import { ByteReader, ByteWriter } from '../../../src/ledger/rollups/bytes.ts';
import { quantileError, Sketch } from '../../../src/ledger/rollups/sketch.ts';

const seconds = fc.oneof(
  fc.double({ min: 0, max: 1e-5, noNaN: true }),
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.double({ min: 0, max: 7e9, noNaN: true }),
  fc.integer({ min: 0, max: 5 }),
);

function sketchOf(values: readonly number[]): Sketch {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

function written(sketch: Sketch): Buffer {
  const writer = new ByteWriter();
  sketch.write(writer);
  return writer.written();
}

test('quantiles of a sketch are within 1 % of the nearest rank, or a microsecond', () => {
  fc.assert(
    fc.property(fc.array(seconds, { minLength: 1, maxLength: 200 }), (values) => {
      const { median, p95 } = quantiles(values);
      const found = sketchOf(values).summary();
      for (const [exact, near] of [
        [median, found.median],
        [p95, found.p95],
      ] as const)
        expect(Math.abs((near ?? -1) - (exact ?? 0))).toBeLessThanOrEqual(
          (exact ?? 0) * quantileError * (1 + 1e-9) + 1e-6,
        );
      const { count, min, max } = summary(values);
      expect(found).toMatchObject({ count, min, max });
    }),
  );
});

test('parts that were written add up to the sketch of all values', () => {
  fc.assert(
    fc.property(fc.array(fc.array(seconds, { maxLength: 30 }), { maxLength: 5 }), (parts) => {
      const together = new Sketch();
      for (const part of parts) together.addWritten(new ByteReader(written(sketchOf(part))));
      const { mean: _, ...figures } = together.summary();
      const { mean: __, ...wanted } = sketchOf(parts.flat()).summary();
      expect(figures).toEqual(wanted);
    }),
  );
});

test('a sketch of no values has none', () => {
  expect(new Sketch().summary()).toEqual(summary([]));
  expect(written(new Sketch())).toHaveLength(1);
});

test('numbers and texts are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.double(), fc.string({ unit: 'binary' }))), (values) => {
      const writer = new ByteWriter();
      for (const value of values)
        if (typeof value === 'string') writer.text(value);
        else if (Number.isSafeInteger(value) && value >= 0) writer.count(value);
        else writer.number(value);
      const reader = new ByteReader(writer.written());
      const found = values.map((value) => {
        if (typeof value === 'string') return reader.text();
        return Number.isSafeInteger(value) && value >= 0 ? reader.count() : reader.number();
      });
      expect(found.map(String)).toEqual(values.map(String));
    }),
  );
});
