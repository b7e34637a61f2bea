import { createServer, ServerResponse } from 'node:http';

/** Starts an API server that knows of one pod, which runs on a node, and of nothing else. It ends with this process. */
export function startApiServer(port: number, pod: string): void {
  const metadata = { resourceVersion: '1' };
  const items = [{ metadata: { ...metadata, name: pod }, spec: { nodeName: 'node' }, status: { phase: 'Running' } }];
  const answer = (response: ServerResponse, code: number, body: object) => response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (!pathname.endsWith('/pods')) return answer(response, 404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 });
    // A watch in which nothing happens.
    if (searchParams.has('watch')) return response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    return answer(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata, items });
  }).listen(port, '127.0.0.1').unref();
}
