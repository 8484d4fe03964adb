import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksIn, checked, has, tempFile } from '../readme/document.ts';
import { because } from '../support/because.ts';
import { action, actionText, example, type Workflow, workflowText } from './github/files.ts';
import { faults } from './github/lint.ts';

/** The GitHub Actions example as text: what GitHub's linter reports, and what it cannot know. */
const isWorkflow = (text: string) => /^jobs:/m.test(text);
const shown = [...example('README.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const workflow = parse(workflowText) as Workflow;
const ours = Object.values(workflow.jobs).flatMap((job) => job.steps);
const scripts = [...action.runs.steps, ...ours].flatMap(({ run }) => run ?? []);

describe("GitHub's linter", () => {
  it('the linter finds no problem in action.yml', async () => {
    expect(await faults('action', actionText)).toEqual([]);
  });

  it('the linter finds no problem in deploy.yml', async () => {
    expect(await faults('workflow', workflowText)).toEqual([]);
  });

  it.each([...blocksIn('yaml').map(({ text }) => text), ...shown].filter(isWorkflow))(
    'the linter finds no problem in a page: %j',
    async (text) => {
      expect(await faults('workflow', text)).toEqual([]);
    },
  );

  it.each([
    ['shell: bash', 'shel: bash', "Unexpected value 'shel'"],
    ['using: composite', 'using: compsite', /compsite|using/],
    ["if: inputs.do == 'export'", 'if: inputs.do == ', /Unexpected end of expression/],
    ['inputs.status }}', 'secrets.STATUS }}', "Unrecognized named-value: 'secrets'"],
    ['merge-multiple:', 'merge:', "Invalid action input 'merge'"],
    ['actions/upload-artifact@v4', 'actions/upload@v4', /Unable to resolve action/],
  ])(
    'the linter finds the mistake if %j in action.yml is written as something else',
    async (right, wrong, said) => {
      const found = await faults('action', broken(actionText, { right, wrong }));
      expect(found).toContainEqual(expect.stringMatching(said));
    },
  );

  it.each([
    ['needs: build', 'needs: biuld', /biuld/],
    ['if: always()', 'if: alwys()', "Unrecognized function: 'alwys'"],
    ['options:', 'option:', "Invalid action input 'option'"],
    ['        do: finish\n', '', /Missing required input `do`/],
    ['steps.deployment.outputs', 'steps.last.outputs', /last/],
    ['runs-on:', 'run-on:', /run-on/],
  ])(
    'the linter finds the mistake if %j in deploy.yml is written as something else',
    async (right, wrong, said) => {
      const found = await faults('workflow', broken(workflowText, { right, wrong }));
      expect(found).toContainEqual(expect.stringMatching(said));
    },
  );
});

describe.skipIf(because(!has('shellcheck'), 'no shellcheck'))('shellcheck', () => {
  const check = (text: string) => checked('shellcheck', ['--shell=bash', tempFile('step.sh', text)]);

  it.each(scripts)('shellcheck finds no problem in %j', (text) => {
    check(text);
  });

  it('shellcheck finds an unquoted variable', () => {
    const [script = ''] = scripts.filter((text) => text.includes('"$DEPLOYTRACK_ID"'));
    expect(() => check(script.replace('"$DEPLOYTRACK_ID"', '$DEPLOYTRACK_ID'))).toThrow('SC2086');
  });
});

describe('Rules beyond the linter', () => {
  it('scripts contain no expression, because its result would be executed', () => {
    expect(scripts.filter((script) => /\$\{\{/.test(script))).toEqual([]);
    expect(scripts.length).toBeGreaterThan(8);
  });

  it('action.yml refers only to its own inputs and steps', () => {
    const named = (context: string) =>
      [...actionText.matchAll(new RegExp(`\\b${context}\\.([\\w-]+)`, 'g'))].map(([, name]) => name);
    expect(named('inputs').filter((name) => !Object.hasOwn(action.inputs, name ?? ''))).toEqual([]);
    expect(Object.keys(action.inputs).filter((name) => !named('inputs').includes(name))).toEqual([]);
    const ids = action.runs.steps.map(({ id }) => id);
    expect(named('steps').filter((name) => !ids.includes(name))).toEqual([]);
  });

  it('deployments never overlap, and none is canceled by the next one', () => {
    expect(workflow.concurrency).toEqual({ group: 'deploy-production', 'cancel-in-progress': false });
    expect(workflow.env).toMatchObject({ DEPLOYTRACK_ENVIRONMENT: 'production' });
  });

  it('each job exports its marks at the end, and the last job always runs', () => {
    const { finish, ...others } = workflow.jobs;
    const last = Object.values(others).map(({ steps }) => [steps.at(-1)?.if, steps.at(-1)?.with?.do]);
    expect(last).toEqual(last.map(() => ['always()', 'export']));
    expect([finish?.if, finish?.needs]).toEqual(['always()', Object.keys(others)]);
  });

  it('only the last job knows the gateway, because marks would otherwise count twice', () => {
    const { finish, ...others } = workflow.jobs;
    expect(JSON.stringify([workflow.env, others])).not.toMatch(/gateway/i);
    expect(Object.keys(finish?.env ?? {})).toEqual(['PUSHGATEWAY_URL', 'DEPLOYTRACK_GATEWAY_TOKEN']);
  });
});

/** The text with one thing replaced; throws if the text does not contain it. */
function broken(text: string, { right, wrong }: { right: string; wrong: string }): string {
  if (!text.includes(right)) throw new Error(`${right} is not in the file`);
  return text.replace(right, wrong);
}
