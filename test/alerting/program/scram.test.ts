import { Scram } from '../../../src/alerting/program/scram';

// The numbers of RFC 7677; PostgreSQL leaves the name of the user empty, so that the proof is another.
const challenge = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';

test('the exchange has its form', () => {
  const scram = new Scram('pencil', 'rOprNGfwEbeRWgbNEkqO');
  expect(scram.first).toBe('n,,n=,r=rOprNGfwEbeRWgbNEkqO');
  expect(scram.answer(challenge)).toMatch(/^c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj\)hNlF\$k0,p=[A-Za-z0-9+/]{43}=$/);
});

test('a server that does not know the password is refused', () => {
  const scram = new Scram('pencil', 'rOprNGfwEbeRWgbNEkqO');
  scram.answer(challenge);
  expect(() => scram.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toThrow('the database could not prove that it knows the password');
});
