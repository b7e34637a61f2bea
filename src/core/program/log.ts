const LEVELS = ['debug', 'info', 'warn', 'error'];

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;

/** Writes lines of `key=value` pairs, or of JSON. */
export function logger({ logLevel, logFormat }: { readonly logLevel: string; readonly logFormat: string }): Log {
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(logLevel)) {
      return;
    }
    const all = { ts: new Date().toISOString(), level, msg: message, ...fields };
    const pairs = Object.entries(all).map(([key, value]) => `${key}=${/^[\w.:/-]+$/.test(String(value)) ? String(value) : JSON.stringify(value)}`);
    console.log(logFormat === 'json' ? JSON.stringify(all) : pairs.join(' '));
  };
}
