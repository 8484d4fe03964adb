// The matrix of faults and commands of docs/faults.md: which test holds the promises of a command during a fault.
import { loadSources } from '../loadSources.mjs';
import { code, table } from './markdown.mjs';

const { columns, matrix } = loadSources(`
  export { columns } from './test/faults/columns.ts';
  export { matrix } from './test/faults/matrix.ts';
`);

const titles = { disk: 'Disk', ledger: 'Ledger', gateway: 'Gateway and network', process: 'Process' };
const rows = Object.values(matrix).flat();
const files = [...new Set(rows.flatMap(({ seen }) => Object.keys(seen)))].sort();

export function faultsTable() {
  const groups = Object.entries(matrix).map(([group, some]) => {
    const head = ['fault', ...columns.map(code)];
    return `### ${titles[group]}\n\nThe rows run in ${code(`test/faults/${group}.test.ts`)}.\n\n${table(head, some.map(rowOf))}`;
  });
  const numbers = files.map((file, at) => `${at + 1}. ${code(file)}`);
  return `${groups.join('\n\n')}\n\n### Tests of other folders\n\n${numbers.join('\n')}`;
}

function rowOf({ title, here, seen }) {
  const cellOf = (column) => {
    if (here.includes(column)) return '✓';
    const file = Object.keys(seen).find((name) => seen[name].includes(column));
    return String(files.indexOf(file) + 1);
  };
  return [title, ...columns.map(cellOf)];
}
