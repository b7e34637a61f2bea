const FACTORS: Readonly<Record<string, number>> = {
  '': 1, 'n': 1e-9, 'u': 1e-6, 'm': 1e-3, 'k': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12, 'Ki': 1024, 'Mi': 1024 ** 2, 'Gi': 1024 ** 3, 'Ti': 1024 ** 4,
};

/**
 * A Kubernetes quantity in base units (bytes, cores); NaN where there is none.
 * The client library's own cannot be imported from tests, and takes no fraction of a Gi.
 */
export function quantity(text: string = ''): number {
  const [, digits, unit] = /^([\d.]+)(\w*)$/.exec(text) ?? [];
  return Number(digits) * FACTORS[unit];
}
