import { Generator, LAST_WORDS } from './program';
import type { Load } from './series';

const load: Load = JSON.parse(process.env.LOAD ?? '');
const generator = new Generator(load);
const server = generator.server().listen(Number(process.env.PORT));
process.on('SIGTERM', () => {
  generator.stop();
  setTimeout(() => {
    server.close();
    server.closeAllConnections();
  }, LAST_WORDS);
});
