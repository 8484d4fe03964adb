import { asProblem } from '../errors.ts';
import { configuredGateways } from '../push/gateway/configuredGateways.ts';
import type { Session } from '../session.ts';
import type { Check, DoctorInput, Examined } from './check.ts';
import { checks } from './checks.ts';
import { type CheckedFinding, type Finding, isWrong, wrong } from './finding.ts';
import { findLedger } from './findLedger.ts';
import { readGatewayState } from './gateway/gatewayState.ts';

/** The results of all checks, problems first. Changes nothing. Never throws. */
export async function findings(session: Session, input: DoctorInput): Promise<CheckedFinding[]> {
  const ledger = await findLedger(session);
  const asked = configuredGateways(session);
  asked.catch(() => {}); // the check of the gateway reports it
  const { sound } = ledger;
  const ask = async () => {
    const gateways = await asked.catch(() => []);
    return Promise.all(gateways.map((gateway) => readGatewayState(session, { gateway, sound })));
  };
  let states: ReturnType<typeof ask> | undefined;
  const gatewayStates = () => {
    states ??= ask();
    return states;
  };
  const examined: Examined = { session, input, ledger, sound, gateways: () => asked, gatewayStates };
  const found: CheckedFinding[] = [];
  for (const check of checks)
    found.push(...(await resultOf(check, examined)).map((one) => ({ ...one, check: check.name })));
  const told = found.filter((one) => !isTold(one, found));
  return [...told.filter(isWrong), ...told.filter((one) => !isWrong(one))];
}

async function resultOf({ title, find }: Check, examined: Examined): Promise<readonly Finding[]> {
  try {
    return await find(examined);
  } catch (error) {
    const { hint } = asProblem(error) ?? {};
    return [
      wrong({
        message: `cannot check ${title}: ${(error as Error).message}`,
        meaning: 'whether there is a problem is not known',
        fix: hint ?? 'run `DEPLOYTRACK_DEBUG=1 deploytrack doctor`, and report what it says',
      }),
    ];
  }
}

/** A secret that cannot be used is already reported; what cannot be sent without it is not a second problem. */
function isTold({ state, message }: Finding, found: readonly Finding[]): boolean {
  return (
    state === 'wrong' &&
    found.some((one) => isWrong(one) && one.message !== message && message.startsWith(one.message))
  );
}
