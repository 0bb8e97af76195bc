import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** `told`: what was answered so far. */
export type RawConnection = Readonly<{ socket: Socket; told: () => string }>;

/** Connections over which tests send what no client would; those that are left are ended together. */
export class RawConnections {
  #sockets: Socket[] = [];

  /** Sends these parts once it is connected. */
  async open(to: NetConnectOpts, ...parts: readonly (string | Uint8Array)[]): Promise<RawConnection> {
    const socket = connect(to);
    this.#sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    for (const part of parts) socket.write(part);
    return { socket, told: () => text };
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets = [];
  }
}

/** Where an API of a test listens; from an address of loopback of its own, where one is named. */
export const addressOf = (url: string, localAddress?: string): NetConnectOpts => {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port), ...(localAddress === undefined ? {} : { localAddress }) };
};
