/// <reference lib="dom" />
import { render, type VNode } from 'preact';
import type { Answered } from './answers.ts';
import { AttemptDots } from './charts.tsx';
import { Panel } from './panel.tsx';
import { Table } from './table.tsx';

/** Shows a dashboard in the browser. JSON has no NaN, so that is text in it. */
export function show(json: string): void {
  const answered = JSON.parse(json, (_, value) => (value === 'NaN' ? Number.NaN : value));
  render(<Dashboard {...answered} />, document.body);
}

function Dashboard(answered: Answered): VNode {
  const { json, span, shown, answers } = answered;
  const titled = (title: string) => title.replace(/\$(\w+)/g, (_, name: string) => shown[name] ?? '');
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const variables = json.templating.list.filter(({ name }) => shown[name] !== undefined);
  const panels = json.panels.map((panel, index) => {
    const { x, y, w, h } = panel.gridPos;
    const place = { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` };
    if (panel.type === 'row') return <h2 style={place}>{titled(panel.title)}</h2>;
    return (
      <section class="card" style={place}>
        <h3>{titled(panel.title)}</h3>
        <Panel panel={panel} answers={answers[index] ?? []} span={span} />
      </section>
    );
  });
  return (
    <>
      <header>
        <h1>{json.title}</h1>
        {variables.map(({ name, label }) => (
          <span>{`${label}: ${shown[name]}`}</span>
        ))}
        <span class="quiet">{`${time(span.fromSeconds)} to ${time(span.toSeconds)} UTC`}</span>
      </header>
      <main>{panels}</main>
      <footer>
        <Annotations {...answered} />
        <p class="quiet">
          A line starts at 0; its top is the maximum next to it. Drawn from the dashboard's JSON and a real
          Prometheus by the charts of deploytrack's web UI, not by Grafana.
        </p>
      </footer>
    </>
  );
}

/** A dot at each time of each annotation. */
function Annotations({ marks, span }: Answered): VNode {
  const scale = { fromMs: span.fromSeconds * 1000, toMs: span.toSeconds * 1000 };
  const rows = Object.entries(marks).map(([name, times]) => {
    const kind = { healthy: name === 'Deployments', verdict: name, latency: 0, of_prober: false };
    const dots = times.map((seconds) => ({ ...kind, at: new Date(seconds * 1000).toISOString() }));
    return { cells: [name, <AttemptDots attempts={dots} scale={scale} />, String(times.length)] };
  });
  return <Table caption="Annotations" head={['Annotations', '', '']} rows={rows} numbers={[2]} />;
}
