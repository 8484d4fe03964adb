// count-tests.mjs <vitest's JSON> <failed step…>: prints `<n> passed, <n> failed` of the tests; exits 1 where a test
// or one of the other steps failed.
import { readFileSync } from 'node:fs';

const [file, ...failedSteps] = process.argv.slice(2);

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }; // vitest did not get that far
  }
}

const { numPassedTests: passed, numFailedTests, testResults } = read();
// A file that could not be loaded has failed, but holds no test that could say so.
const broken = testResults.filter(
  (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
).length;
// An error outside of every test, or no result at all: still one failure.
const silent = failedSteps.includes('tests') && numFailedTests + broken === 0 ? 1 : 0;
const failed = numFailedTests + broken + silent;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || failedSteps.length > 0 || passed === 0 ? 1 : 0;
