/** Real requests and answers of `node:http` as inputs of a case, on a connection that is only in memory. */
import stream from 'node:stream';

/** Imported, all that it exports would be read, and with it what Node loads late, for half of the time that a start takes. */
const http = process.getBuiltinModule('node:http');

/**
 * @param note `(name, values)` puts one line into the log of the case
 * @param known remembers a value as an input
 */
export function createMessages(note, known) {
  function connection() {
    const socket = new stream.Duplex({
      decodeStrings: false,
      read: () => undefined,
      write(chunk, _encoding, done) {
        note('socket.write', [Buffer.isBuffer(chunk) ? chunk.toString('latin1') : chunk]);
        done();
      },
    });
    const self = () => socket;
    const members = { remoteAddress: '127.0.0.1', remotePort: 50_000, localPort: 80, encrypted: false };
    const methods = { setTimeout: self, setNoDelay: self, setKeepAlive: self, ref: self, unref: self };
    return known(Object.assign(socket, members, methods));
  }

  /** @param ending `end`: complete; `open`: more is to come; `close`: the connection is gone before its end */
  function request(method = 'GET', url = '/', headers = {}, chunks = [], ending = 'end') {
    const message = known(new http.IncomingMessage(connection()));
    message.httpVersion = '1.1';
    message.httpVersionMajor = 1;
    message.httpVersionMinor = 1;
    message.method = method;
    message.url = url;
    message.headers = {};
    for (const [name, value] of Object.entries(headers ?? {})) {
      message.headers[name.toLowerCase()] = String(value);
      message.rawHeaders.push(name, String(value));
    }
    const waiting = (Array.isArray(chunks) ? chunks : [chunks]).filter(
      (chunk) => typeof chunk === 'string' || chunk instanceof Uint8Array,
    );
    const next = () => {
      if (waiting.length > 0) {
        message.push(waiting.shift());
        setTimeout(next, 0);
      } else if (ending === 'close') {
        message.destroy();
        message.socket?.destroy();
      } else if (ending !== 'open') {
        message.complete = true;
        message.push(null);
        // Nobody listened: what is not read is thrown away, as the server does in the end.
        if (message.readableFlowing === null) message.resume();
      }
    };
    setTimeout(next, 0);
    return message;
  }

  /**
   * @param how `end`: it is sent later; `head`: with a status, headers and a body; `array`: headers in an array; `ended`: it was sent
   *   already; `close`: the connection goes before that; `unassigned`: it waits for a connection; `open`: it is never sent
   */
  function response(how = 'end', method = 'GET') {
    const given = request(method, '/', {}, [], 'open');
    const message = known(new http.ServerResponse(given));
    const later = (work) => setTimeout(work, 0);
    message.sendDate = false;
    if (how !== 'unassigned') message.assignSocket(given.socket);
    if (how === 'ended') message.end('sent');
    else if (how === 'close') later(() => given.socket.destroy());
    else if (how === 'unassigned') later(() => message.assignSocket(given.socket));
    else if (how === 'head')
      later(() =>
        message.writeHead(404, 'Not There', { 'X-Sent': 'a', 'Content-Type': 'text/plain' }).end('body'),
      );
    else if (how === 'array') later(() => message.writeHead(201, [['X-Sent', 'b']]).end());
    else if (how !== 'open') later(() => message.end());
    return message;
  }

  return { request, response };
}
