import { ask, type Parties } from './asking.ts';
import { type Check } from './checks.ts';
import { choicesOf, choiceText } from './choices.ts';

export interface Answer {
  readonly id: string;
  readonly what: string;
  /** `$environment=staging`; empty where nothing is chosen. */
  readonly choice: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
}

/** Asks everything, with every value of its variables, one after the other. */
export async function verify(checks: readonly Check[], parties: Parties): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { id, what, ...question } of checks) {
    for (const choice of choicesOf(question.expr, parties.ledgers)) {
      const outcome = await ask({ ...question, choice }, parties);
      answers.push({ id, what, choice: choiceText(choice), ...outcome });
    }
  }
  return answers;
}
