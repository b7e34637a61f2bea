import { parseHierarchies } from './cgroups';

const mount = (folder: string, type: string, options: string) => `30 29 0:26 / ${folder} rw,relatime shared:4 - ${type} cgroup ${options}`;

describe('cgroup hierarchies', () => {
  test('of version 1, with a tree of version 2 beside', () => {
    const mountinfo = [
      '29 1 0:25 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
      mount('/sys/fs/cgroup/memory', 'cgroup', 'rw,memory'),
      mount('/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct'),
      mount('/sys/fs/cgroup/systemd', 'cgroup', 'rw,xattr,name=systemd'),
      mount('/sys/fs/cgroup/unified', 'cgroup2', 'rw'),
      '31 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '',
    ].join('\n');
    expect(parseHierarchies(mountinfo)).toEqual({
      version: 1,
      all: [
        { folder: '/sys/fs/cgroup/memory', controllers: ['memory'] },
        { folder: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu', 'cpuacct'] },
        { folder: '/sys/fs/cgroup/systemd', controllers: [] },
        { folder: '/sys/fs/cgroup/unified', controllers: [] },
      ],
    });
  });

  test('of version 2', () => {
    expect(parseHierarchies(mount('/sys/fs/cgroup', 'cgroup2', 'rw,nsdelegate'))).toEqual({ version: 2, all: [{ folder: '/sys/fs/cgroup', controllers: [] }] });
  });
});
