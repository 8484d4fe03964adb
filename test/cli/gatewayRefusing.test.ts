import { describe } from 'vitest';
import { asWithoutUsTests } from './asWithoutUs.ts';

describe('a wrapped command with the gateway refusing', () => asWithoutUsTests('refusing'));
