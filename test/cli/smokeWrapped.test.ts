import { describe } from 'vitest';
import { asWithoutUsTests } from './asWithoutUs.ts';

describe('a smoke test', () => asWithoutUsTests('none', ['smoke', 'x']));
