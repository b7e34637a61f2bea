import { DAY, GIB, HOUR, KIB, MIB, MINUTE, TIB } from './constants';
import { FigureUnit } from './figure';

/** A value with its unit, for people: `1.5 GiB`, `1h30m`, `250m`, `12,000/s`. */
export function formatValue(value: number, unit: FigureUnit): string {
  switch (unit) {
    case FigureUnit.BYTES: return formatBytes(value);
    case FigureUnit.SECONDS: return formatSeconds(value);
    case FigureUnit.CORES: return value < 1 ? `${Math.round(value * 1000)}m` : thousands(value);
    case FigureUnit.SAMPLES_PER_SECOND: return `${thousands(value)}/s`;
    case FigureUnit.USD:
    case FigureUnit.USD_PER_MONTH: return `$${thousands(value)}`;
    default: return thousands(value);
  }
}

function formatBytes(value: number): string {
  const [size, name] = ([[TIB, 'TiB'], [GIB, 'GiB'], [MIB, 'MiB'], [KIB, 'KiB']] as const).find(([step]) => value >= step) ?? [1, 'B'];
  return `${thousands(value / size)} ${name}`;
}

function formatSeconds(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  if (value === 0) return '0s';
  if (value < 1) return `${thousands(value * 1000)}ms`;
  if (value < MINUTE) return `${thousands(value)}s`;
  let rest = Math.round(value);
  const parts: string[] = [];
  for (const [step, name] of [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'm'], [1, 's']] as const) {
    if (rest >= step) parts.push(`${Math.floor(rest / step)}${name}`);
    rest %= step;
  }
  return parts.join('');
}

/** At least three significant digits, no needless ones, thousands set apart. */
function thousands(value: number): string {
  const digits = Math.abs(value) >= 100 || value === 0 ? 0 : Math.max(2, 2 - Math.floor(Math.log10(Math.abs(value))));
  const [whole, fraction] = String(Number(value.toFixed(Math.min(digits, 20)))).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
