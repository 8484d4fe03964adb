import { describe } from 'vitest';
import { bundledFixture } from './bundle.ts';
import { endingTests } from './endings.ts';
import { interruptTests } from './interrupts.ts';
import { streamTests } from './streams.ts';

const front = { words: [process.execPath, bundledFixture('childHarness')] };

describe('how a wrapped command ends', () => endingTests(front));
describe('what a wrapped command sees', () => streamTests(front));
describe('signals around a wrapped command', () => interruptTests(front));
