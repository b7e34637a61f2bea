import * as http from 'node:http';

/** The text of an answer, by the path that is asked for. */
export type Answers = Record<string, () => string>;

/** Serves plain text at an address such as `0.0.0.0:8080`. */
export function serve(answers: Answers, address: string): http.Server {
  const [, host, port] = /^(.*):(\d+)$/.exec(address)!;
  return http.createServer(({ url = '' }, response) => {
    const path = url.split('?')[0];
    if (path in answers) {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').end(answers[path]());
    } else {
      response.writeHead(404).end();
    }
  }).listen(Number(port), host);
}
