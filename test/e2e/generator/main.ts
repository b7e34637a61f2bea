import * as http from 'node:http';
import { Generator, LAST_WORDS } from './program';
import type { Load } from './series';

const load: Load = JSON.parse(process.env.LOAD ?? '');
const first = Number(process.env.PORT);
const generators = Array.from({ length: Number(process.env.TARGETS ?? 1) }, () => new Generator(load));
const servers = generators.map((generator, target) => generator.server().listen(first + target));
if (generators.length > 1) servers.push(lives().listen(first - 1));
process.on('SIGTERM', () => {
  generators.forEach(generator => generator.stop());
  setTimeout(() => servers.forEach(server => {
    server.close();
    server.closeAllConnections();
  }), LAST_WORDS);
});

/** One request for what all of them remember. */
function lives(): http.Server {
  return http.createServer(({ url }, response) => {
    const after = Number(new URL(url ?? '/', 'http://generator').searchParams.get('after') ?? 0);
    const all = Object.fromEntries(generators.map((generator, target) => [first + target, generator.life(after)]));
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(all));
  });
}
