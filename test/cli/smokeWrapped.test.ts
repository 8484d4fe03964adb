import { describe } from 'vitest';
import { asWithoutUsTests } from './asWithoutUs.ts';

describe('Smoke test as a wrapped command', () => asWithoutUsTests('none', ['smoke', 'x']));
