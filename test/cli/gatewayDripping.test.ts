import { describe } from 'vitest';
import { asWithoutUsTests } from './asWithoutUs.ts';

describe('a wrapped command with the gateway dripping', () => asWithoutUsTests('dripping'));
