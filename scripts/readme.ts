import * as fs from 'node:fs';
import * as path from 'node:path';

// Puts what the default example printed into the README, between comments that bear its name.

const root = path.join(__dirname, '..');
const plan = path.join(root, 'examples', 'default', 'plan');
const read = (file: string) => fs.readFileSync(path.join(plan, file), 'utf8');

/** The figures that make up the `queue_config`, without the columns that are too wide for a page. */
function excerpt(): string {
  const rows = read('plan.md').split('\n').filter(line => line.startsWith('| `'));
  const wanted = ['shards', 'maxSamplesPerSend', 'maxShards', 'drainTime', 'memoryLimit'];
  const picked = wanted.map(name => rows.find(row => row.startsWith(`| \`${name}\``))!.split(' | '));
  return ['| figure | value | formula | reason |', '| --- | --- | --- | --- |', ...picked.map(cells => `${cells.slice(0, 4).join(' | ')} |`)].join('\n');
}

function setupCommand(): string {
  const findings: { findings: string[] } = JSON.parse(read('plan.json'));
  const command = findings.findings.map(finding => /Make it once: (.*)$/.exec(finding)?.[1]).find(Boolean);
  if (!command) {
    throw new Error('The plan of the default example states no command that creates the Secret.');
  }
  return `\`\`\`shell\n${command.trim()}\n\`\`\``;
}

const sections: Record<string, () => string> = {
  topology: () => `\`\`\`mermaid\n${read('topology.mmd').trim()}\n\`\`\``,
  secret: setupCommand,
  plan: excerpt,
};

const file = path.join(root, 'README.md');
let readme = fs.readFileSync(file, 'utf8');
for (const [name, produce] of Object.entries(sections)) {
  readme = readme.replace(new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`), (_, begin, end) => `${begin}${produce()}\n${end}`);
}
fs.writeFileSync(file, readme);
