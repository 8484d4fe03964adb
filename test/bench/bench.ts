import { join } from 'node:path';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Measured, measure } from './measure.ts';
import { type BenchNode, builtBy, findNode } from './nodes.ts';
import type { Options } from './options.ts';
import { missingPeers, type PeerName, versionsOf } from './peers/peers.ts';
import { type NodeResults, resultsOf } from './results.ts';
import type { Row } from './row.ts';
import { makeWorld, type World } from './world.ts';

export interface Findings {
  readonly tables: readonly NodeResults[];
  /** `zsh 5.9`, of everything that was measured or measured with. */
  readonly versions: readonly string[];
}

/** Measures what the options want; `note` says what is done at the moment. */
export async function bench(root: string, options: Options, note: (line: string) => void): Promise<Findings> {
  const nodes = options.nodes.map((wanted) => findNode(root, wanted));
  const needs = [...new Set(options.groups.flatMap(({ rows }) => rows.flatMap((row) => row.needs ?? [])))];
  const missing = missingPeers(root, needs);
  if (nodes.length < 2) missing.set('anotherNode', 'it needs a second --node');
  const hasGateway = needs.includes('pushgateway') && !missing.has('pushgateway');
  const gateway = hasGateway ? await startGateway() : undefined;
  try {
    const worlds = worldsOf(root, { nodes, gateway, built: options.built, note });
    const tables = await measured(worlds, { options, missing, note });
    return { tables, versions: versionsOf(needs.filter((name) => !missing.has(name))) };
  } finally {
    await gateway?.stop();
  }
}

interface Setting {
  readonly nodes: readonly BenchNode[];
  readonly gateway: Gateway | undefined;
  readonly built: boolean;
  readonly note: (line: string) => void;
}

function worldsOf(root: string, { nodes, gateway, built, note }: Setting): World[] {
  const programs = nodes.map((node) => {
    if (built) return join(root, 'bin/deploytrack.js');
    note(`building with Node ${node.version}`);
    return builtBy(node, root);
  });
  return nodes.map((node, index) => {
    const foreignProgram = programs.find((_, other) => other !== index);
    return makeWorld({ root, node, program: programs[index] ?? '', foreignProgram, gateway });
  });
}

/** All runs on all Nodes, one Node after the other in each run. */
async function measured(
  worlds: readonly World[],
  {
    options: { pairs, runs, groups },
    missing,
    note,
  }: { options: Options; missing: ReadonlyMap<PeerName, string>; note: (line: string) => void },
): Promise<NodeResults[]> {
  const whyNot = (row: Row): string | undefined =>
    [row, ...(row.uses ?? [])].flatMap(({ needs = [] }) =>
      needs.flatMap((name) => missing.get(name) ?? []),
    )[0];
  const rows = groups.flatMap((group) => group.rows.filter((row) => whyNot(row) === undefined));
  const found = worlds.map(() => [] as Map<Row, Measured>[]);
  for (let run = 0; run < runs; run += 1)
    for (const [index, world] of worlds.entries()) {
      note(`run ${run + 1} of ${runs} on Node ${world.node.version}`);
      found[index]?.push(await measure(world, rows, { pairs, first: run * (pairs + 1), note }));
    }
  return worlds.map(({ node }, index) => ({
    node,
    groups: groups.map((group) => resultsOf(group, { runs: found[index] ?? [], missing: whyNot })),
  }));
}
