#!/bin/sh
# The first process of a machine of the rig, in new namespaces for processes, mounts, network, host name and IPC.
# All that it changes goes away with these namespaces. It takes from its environment, lists with an entry a line:
#   NAME       host name
#   VAR        folder of the real machine that is the machine's /var
#   PROGRAMS   <name>=<path> of programs, which appear in /run/programs
set -eu
IFS='
'
hostname "$NAME"
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward

mount -t tmpfs -o mode=755 rig /run
# A kubelet sets these, and they belong to the real machine: it gets files of its own in their place.
for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  file=/run/sysctl/$name
  mkdir -p "${file%/*}"
  cat "/proc/sys/$name" >"$file"
  mount --bind "$file" "/proc/sys/$name"
done
# Before /var is replaced: they may lie there.
mkdir /run/programs
for program in $PROGRAMS; do
  file=/run/programs/${program%%=*}
  : >"$file"
  mount --bind "${program#*=}" "$file"
done
mount --bind "$VAR" /var
# As systemd leaves it, and as the kubelet wants it for volumes.
mount --make-rshared /
: >/run/ready

# Waiting, so that the orphans that come to a first process are reaped.
while :; do
  sleep infinity &
  wait
done
