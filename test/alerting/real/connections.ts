import { Database } from './database';
import { Connection, Postgres } from '../../../src/alerting/program/postgres';
import { Report } from '../../programs/report';

// The recorder's own client before a real PostgreSQL: each way to authenticate, with TLS and without.
//   npx ts-node -T --project test/tsconfig.json test/alerting/real/connections.ts

const ODD = 'é "x" \\ $1';

/** `true` or `false` for TLS, or why the connection or the statement failed. */
async function told(connection: Connection): Promise<string> {
  try {
    const client = await Postgres.connect(connection);
    const [[tls, text, nothing]] = await client.query('SELECT ssl::text, $1::text, $2::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()', [ODD, null]);
    client.close();
    return text === ODD && nothing === null ? tls! : `texts come back as ${text} and ${nothing}`;
  } catch (error) {
    return (error as Error).message;
  }
}

async function main(): Promise<void> {
  const report = new Report();
  const database = await Database.create();
  const known = { host: 'localhost', port: database.port, database: 'alarms', user: database.user, password: database.password, tls: 'disable' };
  const expect = async (what: string, change: Partial<Connection>, expected: RegExp) => {
    const answer = await told({ ...known, ...change });
    report.answer(what, expected.test(answer) ? undefined : `expected ${expected}, but was: ${answer}`);
  };
  const again = () => {
    database.stop();
    database.start();
  };
  await expect('TLS that the database does not speak', { tls: 'require' }, /does not speak TLS/);
  const ca = database.speakTls();
  again();
  await expect('SCRAM without TLS', {}, /^false$/);
  await expect('SCRAM with any certificate', { tls: 'require' }, /^true$/);
  await expect('a certificate of a trusted authority', { tls: 'verify-full', ca }, /^true$/);
  await expect('a certificate of an unknown authority', { tls: 'verify-full' }, /self-signed certificate/);
  await expect('a certificate for another name', { tls: 'verify-full', ca, host: '127.0.0.1' }, /does not match certificate/);
  await expect('a wrong password', { password: 'wrong' }, /28P01/);
  await expect('a database that is not there', { database: 'nothing' }, /3D000/);
  await expect('a port that nobody listens on', { port: 1 }, /ECONNREFUSED/);
  await database.sql('postgres', 'SET password_encryption = \'md5\'; ALTER USER recorder PASSWORD \'abc\'');
  database.authenticateBy('md5');
  again();
  await expect('MD5', { password: 'abc' }, /^false$/);
  database.authenticateBy('password');
  again();
  await expect('a password as it is, within TLS', { password: 'abc', tls: 'require' }, /^true$/);
  database.stop();
  console.log(report.summary);
  process.exit(report.failed ? 1 : 0);
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
