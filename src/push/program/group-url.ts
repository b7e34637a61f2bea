const base64url = (value: string): string => Buffer.from(value, 'utf8').toString('base64url');

/** A name and a value as two steps of a path. Slashes and empty values get lost in a path, unless they are in base64; so do dots, in clients. */
const steps = (name: string, value: string): string =>
  (value === '' || /\//.test(value) || /^\.{1,2}$/.test(value) ? `${name}@base64/${base64url(value) || '='}` : `${name}/${encodeURIComponent(value)}`);

/** Path of a group in Pushgateway's API: `job` first, the others by name. */
export function groupPath({ job, ...others }: Readonly<Record<string, string>>): string {
  return `/metrics/${steps('job', job)}${Object.keys(others).sort().map(name => `/${steps(name, others[name])}`).join('')}`;
}
