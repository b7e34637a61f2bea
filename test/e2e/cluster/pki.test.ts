import { kubeconfig, subjectOf } from './pki';

test('the subject of a certificate names the user, and the group where there is one', () => {
  expect(subjectOf({ commonName: 'system:node:n1', organization: 'system:nodes' })).toBe('/O=system:nodes/CN=system:node:n1');
  expect(subjectOf({ commonName: 'system:kube-proxy' })).toBe('/CN=system:kube-proxy');
});

test('a kubeconfig needs no other file', () => {
  const written = JSON.parse(kubeconfig('authority', { certificate: 'certificate', key: 'key' }));
  expect(written.clusters[0].cluster).toEqual({
    'server': 'https://10.88.0.1:6443',
    'certificate-authority-data': Buffer.from('authority').toString('base64'),
  });
  expect(written.users[0].user['client-key-data']).toBe(Buffer.from('key').toString('base64'));
});
