/** One end of a freeze window: what of it was given. */
export interface WindowEnd {
  /** 0 is Monday. */
  readonly weekday: number | null;
  readonly date: Omit<DayOfYear, 'minute'> | null;
  readonly minute: number | null;
}

export interface DayOfYear {
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  readonly minute: number;
}

export const dayMinutes = 1440;
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const months = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];

/** `Fri`, `16:00`, `Fri 16:00`, `Dec 20`, `Dec 20 16:00`; null for anything else. */
export function windowEnd(text: string): WindowEnd | null {
  const [, day, time] = /^(?:([a-z]+(?: \d{1,2})?)(?: |$))?(\d{1,2}:\d{2})?$/i.exec(text) ?? [];
  const minute = time === undefined ? null : minuteOf(time);
  if (Number.isNaN(minute)) return null;
  if (day === undefined) return minute === null ? null : { weekday: null, date: null, minute };
  const [name = '', number] = day.toLowerCase().split(' ');
  if (number !== undefined) {
    const date = dateOf(name, Number(number));
    return date === null ? null : { weekday: null, date, minute };
  }
  const weekday = placeOf(name, weekdays);
  return weekday === null ? null : { weekday, date: null, minute };
}

function dateOf(name: string, day: number): WindowEnd['date'] {
  const month = placeOf(name, months);
  if (month === null) return null;
  const days = new Date(Date.UTC(2024, month + 1, 0)).getUTCDate();
  return day >= 1 && day <= days ? { month, day } : null;
}

/** By at least three letters: `Fri`, `Friday`. */
function placeOf(name: string, names: readonly string[]): number | null {
  const at = name.length < 3 ? -1 : names.findIndex((one) => one.startsWith(name));
  return at === -1 ? null : at;
}

/** NaN for a time that does not exist; 24:00 is the end of a day. */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const minute = hours * 60 + minutes;
  return minutes < 60 && minute <= dayMinutes ? minute : Number.NaN;
}
