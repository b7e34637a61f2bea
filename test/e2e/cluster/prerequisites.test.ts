import { missingPackages } from './prerequisites';

test('the packages whose files are missing', () => {
  expect(missingPackages(() => true)).toEqual([]);
  expect(missingPackages(file => !file.startsWith('/usr/sbin/'))).toEqual(['conntrack', 'e2fsprogs', 'ethtool', 'iptables', 'nftables', 'runc']);
});
