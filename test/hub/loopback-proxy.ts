import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A proxy on the loopback that takes every connection through it to one server, whatever host was asked for. */
export interface LoopbackProxy {
  readonly url: string;
  /** Hosts that it was asked for, with what it was told of who asks. */
  readonly asked: readonly { readonly host: string; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
}

/** @param wanted What whoever asks must tell it; missing to let everybody through. */
export async function startProxy(target: string, wanted?: string): Promise<LoopbackProxy> {
  const asked: { host: string; authorization: string | undefined }[] = [];
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url, headers }, socket) => {
    asked.push({ host: url ?? '', authorization: headers['proxy-authorization'] });
    if (wanted !== undefined && headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(target);
    const upstream = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
