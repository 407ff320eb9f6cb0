import { asciiDigits, foldText } from "../../normalize/fold-text";

/** Dates that programs write when they have none. */
const EMPTY = new Set(["00010101", "18991230", "18991231", "19000101", "19700101"]);
/** From this year on a date is counted in the Buddhist era, as in Thailand: 543 years ahead. */
const BUDDHIST_FROM = 2400;
const BUDDHIST_AHEAD = 543;
const EARLIEST = 1850;
const LATEST = 2150;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAME = /(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const TIME_OF_DAY = /[t ]\d{1,2}:.*$/s;

/**
 * Every date a text may mean, as eight digits `yyyymmdd`, ascending: 12/11/78 is two days of two centuries. A text of
 * eight digits that is no day of the calendar (19561309) stays as it is, because a slip made it and it is compared by its
 * digits. None when it is no date, or one that programs write for nothing.
 */
export function birthDates(value: unknown): string[] {
  if (typeof value !== "string" || value.length > 60) return [];
  const text = asciiDigits(foldText(value)).replace(TIME_OF_DAY, "").trim();
  const compact = COMPACT.exec(text);
  const parts = compact
    ? compact.slice(1)
    : text
        .replace(MONTH_NAME, monthNumber)
        .split(/[^0-9]+/u)
        .filter(Boolean);
  if (parts.length !== 3) return [];
  const [first = "", second = "", third = ""] = parts;
  const named = MONTH_NAME.exec(text);
  const found = new Set<string>();
  for (const [year, month, day] of orders(first, second, third, named?.index ?? -1)) {
    for (const full of centuries(year)) add(found, full, month, day);
  }
  if (found.size === 0 && first.length === 4) found.add(first + second.padStart(2, "0") + third.padStart(2, "0"));
  return [...found].filter((date) => date.length === 8 && !EMPTY.has(date)).sort();
}

function monthNumber(name: string): string {
  return ` ${MONTHS.indexOf(name.slice(0, 3)) + 1} `;
}

/** Year, month and day as they may be meant. */
function orders(first: string, second: string, third: string, monthAt: number): [string, string, string][] {
  if (first.length >= 3) return [[first, second, third]];
  if (monthAt === 0) return [[third, first, second]];
  if (monthAt > 0) return [[third, second, first]];
  return [
    [third, first, second],
    [third, second, first],
  ];
}

function centuries(year: string): number[] {
  const written = Number(year);
  if (year.length === 2) return [1900 + written, 2000 + written];
  return [written >= BUDDHIST_FROM ? written - BUDDHIST_AHEAD : written];
}

function add(found: Set<string>, year: number, monthText: string, dayText: string): void {
  const month = Number(monthText);
  const day = Number(dayText);
  if (year < EARLIEST || year > LATEST || month < 1 || month > 12 || day < 1) return;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return;
  found.add(`${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`);
}
