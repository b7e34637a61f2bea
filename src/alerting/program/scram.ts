import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

// RFC 5802 and RFC 7677: SCRAM-SHA-256, as PostgreSQL speaks it: without channel binding, and with an empty user name.

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const attribute = (message: string, name: string): string => new RegExp(`(?:^|,)${name}=([^,]*)`).exec(message)?.[1] ?? '';

/** One exchange, in which both sides prove that they know the password. */
export class Scram {
  public readonly first: string;
  private readonly bare: string;
  private signature?: Buffer;

  constructor(private readonly password: string, nonce: string = randomBytes(18).toString('base64')) {
    this.bare = `n=,r=${nonce}`;
    this.first = `n,,${this.bare}`;
  }

  /** The answer to the server's challenge. */
  public answer(challenge: string): string {
    const salt = Buffer.from(attribute(challenge, 's'), 'base64');
    const salted = pbkdf2Sync(this.password.normalize('NFKC'), salt, Number(attribute(challenge, 'i')), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${attribute(challenge, 'r')}`;
    const whole = `${this.bare},${challenge},${withoutProof}`;
    const clientSignature = hmac(createHash('sha256').update(clientKey).digest(), whole);
    this.signature = hmac(hmac(salted, 'Server Key'), whole);
    // eslint-disable-next-line no-bitwise
    return `${withoutProof},p=${Buffer.from(clientKey.map((byte, index) => byte ^ clientSignature[index])).toString('base64')}`;
  }

  /** @throws when the server does not know the password either. */
  public verify(final: string): void {
    const told = Buffer.from(attribute(final, 'v'), 'base64');
    if (!this.signature || told.length !== this.signature.length || !timingSafeEqual(told, this.signature)) {
      throw new Error('the database could not prove that it knows the password');
    }
  }
}
