import type { Measured } from './measured.ts';

/** Groups on a gateway until a push there takes about 70 ms (docs/gateway.md). */
const groupsPerGateway = 300;
const scrapeSeconds = 15;
/** `start`, three phases, `health`, `finish`. */
const pushesPerDeployment = 6;
const retentionDays = 45;
/** A working day's peak hour has this share of its deployments. */
const peakShare = 0.2;

/** Rows of a table: what, what it needs, and the figure it follows from. */
export function onPaper(
  figures: Measured,
  { smallest, hosts, deploymentsADay }: { smallest: Measured | null; hosts: number; deploymentsADay: number },
): string[][] {
  // Without what an empty server has already.
  const slope = (of: keyof Measured, by: keyof Measured) =>
    (figures[of] - (smallest?.[of] ?? 0)) / (figures[by] - (smallest?.[by] ?? 0));
  const gateways = Math.ceil(hosts / groupsPerGateway);
  const seriesPerHost = figures.samples / figures.hosts;
  const series = seriesPerHost * hosts;
  const samplesPerSecond = series / scrapeSeconds;
  const bytesPerSample = figures.victoriaDiskBytes / figures.storedSamples;
  const peakPerSecond = (deploymentsADay * peakShare) / 3600;
  const pushes = peakPerSecond * pushesPerDeployment;
  // The gateways have about a third each.
  const bytesPerGroup = figures.scrapeBytes / (figures.hosts / 3);
  const rowsEach = figures.storedRows / figures.hosts;
  const rows = peakPerSecond * rowsEach;
  const bytesPerDeployment = slope('storeDiskBytes', 'deployments');
  const bytesPerSeries = slope('victoriaBytes', 'samples');
  return [
    [
      'gateways',
      `${gateways}, an agent each`,
      `${groupsPerGateway} groups on each; ${megabytes(figures.gatewayBytes)} and ${megabytes(Math.max(figures.prometheusAgentBytes, figures.vmagentBytes))} of memory with ${whole(figures.hosts / 3)}`,
    ],
    [
      'pushes in the peak hour',
      `${pushes.toFixed(0)} per second, ${(pushes / gateways).toFixed(1)} on each gateway`,
      `${pushesPerDeployment} per deployment, ${100 * peakShare} % of the day's deployments in one hour; ${Math.round(figures.putMs)} ms each`,
    ],
    [
      'readings of a gateway by `start` in the peak hour',
      `${((bytesPerGroup * groupsPerGateway * peakPerSecond) / 1e6).toFixed(0)} MB per second from all of them`,
      `${Math.round(bytesPerGroup / 1000)} kB per group, all groups of a gateway at each \`start\``,
    ],
    [
      'series',
      `${(series / 1e6).toFixed(1)} million`,
      `${whole(seriesPerHost)} per host and deployment name`,
    ],
    ['samples', `${whole(samplesPerSecond)} per second`, `a scrape every ${scrapeSeconds} s`],
    [
      'memory of VictoriaMetrics',
      `${((bytesPerSeries * series) / 1e9).toFixed(0)} GB`,
      `${whole(bytesPerSeries)} bytes per series`,
    ],
    [
      `disk of VictoriaMetrics, ${retentionDays} days`,
      `${((samplesPerSecond * 86_400 * retentionDays * bytesPerSample) / 1e9).toFixed(0)} GB`,
      `${bytesPerSample.toFixed(2)} bytes per sample`,
    ],
    [
      'rows in the peak hour',
      `${whole(rows)} per second`,
      `${rowsEach.toFixed(0)} per deployment; ${whole(figures.rowsPerSecond)} per second were sent here, one deployment in each connection`,
    ],
    [
      'disk of PostgreSQL',
      `${((bytesPerDeployment * deploymentsADay) / 1e9).toFixed(1)} GB a day, ${((bytesPerDeployment * deploymentsADay * 365) / 1e12).toFixed(2)} TB a year`,
      `${(bytesPerDeployment / 1000).toFixed(1)} kB per deployment with its indexes`,
    ],
    [
      'connections to PostgreSQL',
      `${peakPerSecond.toFixed(1)} per second, ${Math.max(1, Math.ceil((peakPerSecond * figures.syncP95Ms) / 1000))} at a time`,
      `one per finish, p95 ${Math.round(figures.syncP95Ms)} ms`,
    ],
  ];
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const megabytes = (value: number) => `${whole(value / 1e6)} MB`;
