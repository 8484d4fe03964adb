// count-tests.mjs <vitest's JSON> <reasons of skipped tests> <failed step…>: prints why tests were skipped, and last
// `<n> passed, <n> failed, <n> skipped`, a failed step being one that failed; exits 1 where a test or a step failed, or
// where none passed.
import { readFileSync } from 'node:fs';
import { skippedBecause } from './skippedBecause.mjs';

const [file, reasons, ...failedSteps] = process.argv.slice(2);

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] }; // vitest did not get that far
  }
}

const { numPassedTests: passed, numFailedTests, numPendingTests: skipped = 0, testResults } = read();
// A file that could not be loaded has failed, but holds no test that could say so.
const broken = testResults.filter(
  (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
).length;
// The step of the tests says nothing new where one of them failed.
const steps = failedSteps.filter((step) => step !== 'tests' || numFailedTests + broken === 0).length;
const failed = numFailedTests + broken + steps;
for (const line of skippedBecause(testResults, reasons)) console.log(line);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
