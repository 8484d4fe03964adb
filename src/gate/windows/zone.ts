/** A time zone by its IANA name. A wall time is what clocks there show, as Unix milliseconds of the same time in UTC. */
export interface Zone {
  readonly name: string;
  wallMsAt(unixMs: number): number;
}

/** Null if there is no such zone. */
export function zoneNamed(name: string): Zone | null {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return null;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    return { name, wallMsAt: (unixMs) => wallMs(format, unixMs) };
  } catch {
    return null;
  }
}

function wallMs(format: Intl.DateTimeFormat, unixMs: number): number {
  const parts = new Map(format.formatToParts(unixMs).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
  const wholeMs = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wholeMs + (((unixMs % 1000) + 1000) % 1000);
}

/** No clock is further from UTC, and no change of a clock lasts longer. */
const aroundMs = 26 * 3_600_000;
const secondMs = 1000;

/** The first instant at which clocks show this wall time or a later one: never later than any clock says. */
export function firstInstant(zone: Zone, wall: number): number {
  const [first] = instantsOf(zone, wall);
  return first ?? changeOver(zone, wall);
}

/** The instant from which on no clock shows an earlier time: if an hour is repeated, in its second pass. */
export function lastInstant(zone: Zone, wall: number): number {
  const reached = instantsOf(zone, wall).filter((at) => zone.wallMsAt(at - secondMs) < wall);
  return reached.at(-1) ?? changeOver(zone, wall);
}

/** The instants at which clocks show a wall time: two in an hour that is repeated, none in one that is skipped. */
function instantsOf(zone: Zone, wall: number): number[] {
  const instants = offsets(zone, wall).map((offset) => wall - offset);
  return [...new Set(instants)].filter((at) => zone.wallMsAt(at) === wall).sort((one, other) => one - other);
}

function offsets(zone: Zone, wall: number): [before: number, after: number] {
  const offsetAt = (at: number) => zone.wallMsAt(at) - at;
  return [offsetAt(wall - aroundMs), offsetAt(wall + aroundMs)];
}

/** When clocks skip a wall time: they go forward only, so that halving finds the change. */
function changeOver(zone: Zone, wall: number): number {
  const [before, after] = offsets(zone, wall);
  let early = wall - Math.max(before, after);
  let late = wall - Math.min(before, after);
  while (late - early > secondMs) {
    const middle = early + Math.floor((late - early) / 2 / secondMs) * secondMs;
    if (zone.wallMsAt(middle) >= wall) late = middle;
    else early = middle;
  }
  return late;
}
