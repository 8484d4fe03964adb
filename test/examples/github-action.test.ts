import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { of } from '../readme/document.ts';
import { action, actionText, example, type Workflow, workflowText } from './github/files.ts';
import { faults } from './github/lint.ts';

/** The GitHub Actions example as text: what GitHub's linter says, and what it cannot know. */
const isWorkflow = (text: string) => /^jobs:/m.test(text);
const shown = [...example('README.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const workflow = parse(workflowText) as Workflow;

describe('the linter', () => {
  it('has nothing to say of action.yml', async () => {
    expect(await faults('action', actionText)).toEqual([]);
  });

  it('has nothing to say of deploy.yml', async () => {
    expect(await faults('workflow', workflowText)).toEqual([]);
  });

  it.each([...of('yaml'), ...shown].filter(isWorkflow))(
    'has nothing to say of a README: %j',
    async (text) => {
      expect(await faults('workflow', text)).toEqual([]);
    },
  );

  it.each([
    ['shell: bash', 'shel: bash', "Unexpected value 'shel'"],
    ['using: composite', 'using: compsite', /compsite|using/],
    ["if: inputs.do == 'export'", 'if: inputs.do == ', /Unexpected end of expression/],
    ['${{ inputs.gateway-token ||', '${{ secrets.TOKEN ||', "Unrecognized named-value: 'secrets'"],
    ['merge-multiple:', 'merge:', "Invalid action input 'merge'"],
    ['actions/upload-artifact@v4', 'actions/upload@v4', /Unable to resolve action/],
  ])('sees it where action.yml says %j wrongly', async (right, wrong, said) => {
    const found = await faults('action', broken(actionText, { right, wrong }));
    expect(found).toContainEqual(expect.stringMatching(said));
  });

  it.each([
    ['needs: build', 'needs: biuld', /biuld/],
    ['if: always()', 'if: alwys()', "Unrecognized function: 'alwys'"],
    ['gateway-token:', 'token:', "Invalid action input 'token'"],
    ['        do: finish\n', '', /Missing required input `do`/],
    ['steps.finish.outputs', 'steps.last.outputs', /last/],
    ['runs-on:', 'run-on:', /run-on/],
  ])('sees it where deploy.yml says %j wrongly', async (right, wrong, said) => {
    const found = await faults('workflow', broken(workflowText, { right, wrong }));
    expect(found).toContainEqual(expect.stringMatching(said));
  });
});

describe('what the linter cannot know', () => {
  const ours = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('no expression stands in a script: what it gives would be run', () => {
    const scripts = [...action.runs.steps, ...ours].flatMap(({ run }) => run ?? []);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    expect(scripts.length).toBeGreaterThan(8);
  });

  it('secrets reach a step by its environment only', () => {
    const users = action.runs.steps.filter((step) => JSON.stringify(step).includes('gateway-token'));
    expect(
      users.map(({ env, ...rest }) => [
        env?.DEPLOYTRACK_GATEWAY_TOKEN,
        JSON.stringify(rest).includes('token'),
      ]),
    ).toEqual(users.map(() => ['${{ inputs.gateway-token || env.DEPLOYTRACK_GATEWAY_TOKEN }}', false]));
    expect(users).toHaveLength(2);
  });

  it('action.yml asks for no input and no step that it does not have', () => {
    const named = (context: string) =>
      [...actionText.matchAll(new RegExp(`\\b${context}\\.([\\w-]+)`, 'g'))].map(([, name]) => name);
    expect(named('inputs').filter((name) => !Object.hasOwn(action.inputs, name ?? ''))).toEqual([]);
    expect(Object.keys(action.inputs).filter((name) => !named('inputs').includes(name))).toEqual([]);
    const ids = action.runs.steps.map(({ id }) => id);
    expect(named('steps').filter((name) => !ids.includes(name))).toEqual([]);
  });

  it('a deployment never overlaps another, and none is cancelled by the next', () => {
    expect(workflow.concurrency).toEqual({ group: 'deploy-production', 'cancel-in-progress': false });
    expect(workflow.env).toMatchObject({ DEPLOYTRACK_ENVIRONMENT: 'production' });
  });

  it('each job ends with its marks kept or the deployment finished, whatever went wrong', () => {
    const last = Object.values(workflow.jobs).map(({ steps }) => steps.at(-1));
    expect(last.map((step) => [step?.if, step?.with?.do])).toEqual([
      ['always()', 'export'],
      ['always()', 'export'],
      ['always()', 'export'],
      ['always()', 'finish'],
    ]);
  });
});

/** The text with one thing wrong in it; throws where it does not say what is to be said wrongly. */
function broken(text: string, { right, wrong }: { right: string; wrong: string }): string {
  if (!text.includes(right)) throw new Error(`${right} is not in the file`);
  return text.replace(right, wrong);
}
