import { describe } from 'vitest';
import { bundledFixture } from './bundle.ts';
import { endingTests, everyCode } from './endings.ts';
import { interruptTests } from './interrupts.ts';
import { streamTests } from './streams.ts';

const front = { words: [process.execPath, bundledFixture('childHarness')] };

describe('Exit of a wrapped command', () => endingTests(front, everyCode));
describe('Input, output and environment of a wrapped command', () => streamTests(front));
describe('Signals to a wrapped command', () => interruptTests(front));
