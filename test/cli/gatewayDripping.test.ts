import { describe } from 'vitest';
import { asWithoutUsTests } from './asWithoutUs.ts';

describe('Wrapped command while the gateway responds byte by byte', () => asWithoutUsTests('dripping'));
