// count-tests.mjs <vitest's JSON> <reasons of skipped tests> <failed step…>: prints why tests were skipped,
// and last `<n> passed, <n> failed, <n> skipped`. A failed step counts as one failure. Exits with 1 if a test
// or a step failed, or if none passed.
import { readFileSync } from 'node:fs';
import { skippedBecause } from './skippedBecause.mjs';

const [file, reasons, ...failedSteps] = process.argv.slice(2);

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] }; // vitest ended before it wrote its result.
  }
}

const { numPassedTests: passed, numFailedTests, numPendingTests: skipped = 0, testResults } = read();
// A file that could not be loaded has failed, but contains no test that reports it.
const broken = testResults.filter(
  (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
).length;
// A failed test step adds no information if one of its tests failed.
const steps = failedSteps.filter((step) => step !== 'tests' || numFailedTests + broken === 0).length;
const failed = numFailedTests + broken + steps;
for (const line of skippedBecause(testResults, reasons)) console.log(line);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
