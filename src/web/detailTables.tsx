import type { VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { deploymentAddress } from './address.ts';
import { percent, seconds } from './format.ts';
import { Table } from './table.tsx';
import { Moment } from './time.tsx';

interface Props {
  readonly one: Deployment;
}

/** Checks, tests, rollbacks, changes and further facts, each only if there are any. */
export function DetailTables({ one }: Props): VNode {
  return (
    <div class="tables">
      <Checks one={one} />
      <Rollbacks one={one} />
      <Changes one={one} />
    </div>
  );
}

function Checks({ one }: Props): VNode {
  return (
    <>
      <Table
        caption="Health checks"
        head={['Check', 'Result', 'Took', 'Attempts', 'Latency', 'Reason']}
        numbers={[2, 3, 4]}
        rows={one.health_verifications.map((check) => [
          [check.check_type, check.target].filter((part) => part !== null).join(' '),
          <Passed success={check.success} />,
          seconds(check.duration),
          `${check.healthy_attempts} of ${check.attempts}`,
          seconds(check.healthy_latency),
          check.error_message ?? (check.of_rollback ? 'of the rollback' : ''),
        ])}
      />
      <Table
        caption="Smoke tests"
        head={['Test', 'Result', 'Took', 'Reason']}
        numbers={[2]}
        rows={one.smoke_tests.map((test) => [
          test.test,
          <Passed success={test.success} />,
          seconds(test.duration),
          test.error_message ?? (test.success ? '' : `exit code ${test.exit_code ?? '?'}`),
        ])}
      />
    </>
  );
}

function Rollbacks({ one }: Props): VNode {
  return (
    <>
      <Table
        caption="Rollbacks"
        head={['At', 'From', 'To', 'Result', 'Reason', 'By']}
        rows={one.rollbacks.map((rollback) => [
          <Moment iso={rollback.at} />,
          rollback.from_version,
          rollback.to_version,
          rollback.success === null ? 'in progress' : <Passed success={rollback.success} />,
          [rollback.reason, rollback.error_message].filter((part) => part !== null && part !== '').join(': '),
          rollback.by_deployment_id === null ? (
            ''
          ) : (
            <a href={deploymentAddress(rollback.by_deployment_id)}>another deployment</a>
          ),
        ])}
      />
      <Table
        caption="Error rates after the deployment"
        head={['At', 'Service', 'Rate', 'Source']}
        numbers={[2]}
        rows={one.error_rates.map((rate) => [
          <Moment iso={rate.at} />,
          rate.service,
          percent(rate.error_rate),
          rate.source,
        ])}
      />
    </>
  );
}

function Changes({ one }: Props): VNode {
  return (
    <>
      <Table
        caption="Files and packages changed since the previous deployment"
        head={['Kind', 'Name', 'Before', 'After']}
        rows={(one.changes ?? []).map(({ kind, name, before, after }) => [
          kind,
          name,
          before ?? 'new',
          after ?? 'removed',
        ])}
      />
      <Table
        caption="Other facts, with their source"
        head={['Fact', 'Value', 'Source']}
        rows={one.facts.map(({ fact, value, source }) => [fact, value, source])}
      />
      <Table
        caption="Warnings"
        head={['At', 'Warning']}
        rows={one.warnings.map(({ at, message }) => [<Moment iso={at} />, message])}
      />
    </>
  );
}

function Passed({ success }: { readonly success: boolean }): VNode {
  return <span class={success ? 'good' : 'bad'}>{success ? '✓ passed' : '✗ failed'}</span>;
}
