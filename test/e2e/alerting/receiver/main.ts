import { Receiver } from './program';

const server = new Receiver().server().listen(Number(process.env.PORT));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
