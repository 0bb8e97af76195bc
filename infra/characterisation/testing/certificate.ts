/** A key and a certificate of this machine that nobody vouches for, as a package has them for its own tests. */
import { generateKeyPairSync, sign } from 'node:crypto';

/** One value of DER (X.690): its tag, how long it is, and what is in it. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const SEQUENCE = 0x30;
const ED25519 = der(SEQUENCE, Buffer.from('06032b6570', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const NAME = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from('localhost')))));
const time = (text: string): Buffer => der(0x17, Buffer.from(text));
const VALID = der(SEQUENCE, time('200101000000Z'), time('490101000000Z'));
const VERSION_3 = der(0xa0, der(0x02, Buffer.from([2])));
const SERIAL = der(0x02, Buffer.from([1]));

/** Both as PEM; another pair each time. */
export function ownCertificate(): Readonly<{ key: string; cert: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const of = publicKey.export({ type: 'spki', format: 'der' });
  const said = der(SEQUENCE, VERSION_3, SERIAL, ED25519, NAME, VALID, NAME, of);
  const signature = der(0x03, Buffer.from([0]), sign(null, said, privateKey));
  const whole = der(SEQUENCE, said, ED25519, signature).toString('base64');
  const lines = whole.replace(/.{64}/g, '$&\n').trimEnd();
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
