import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from './types';

/** Starts a command so that it serves the values of its flags over HTTP. */
export interface StatusSetup {
  /** The arguments, given an HTTP address and an empty folder. */
  readonly args: (address: string, folder: string) => readonly string[];
}

/** A command whose flags are read, and how. */
export interface DocumentedCommand extends Command {
  /** Library that the program's command line is written with: it gives the help its form. */
  readonly library: 'kingpin' | 'pflag' | 'urfave';
  /** Only for programs with `/api/v1/status/flags`: help shows neither the defaults of booleans nor hidden flags. */
  readonly status?: StatusSetup;
}

const bucket = (folder: string) => `--objstore.config={type: FILESYSTEM, config: {directory: ${folder}/bucket}}`;

function emptyConfig(folder: string): string {
  const file = path.join(folder, 'prometheus.yaml');
  fs.writeFileSync(file, 'global: {}\n');
  return file;
}

const anyGrpcPort = '--grpc-address=127.0.0.1:0';

/** Every command that our constructs run. */
export const COMMANDS: readonly DocumentedCommand[] = [
  // Receive, Sidecar and Query Frontend have no /api/v1/status/flags.
  { program: 'thanos', subcommand: 'receive', library: 'kingpin' },
  { program: 'thanos', subcommand: 'sidecar', library: 'kingpin' },
  { program: 'thanos', subcommand: 'query-frontend', library: 'kingpin' },
  {
    program: 'thanos',
    subcommand: 'store',
    library: 'kingpin',
    status: { args: (address, folder) => [`--http-address=${address}`, anyGrpcPort, `--data-dir=${folder}`, bucket(folder)] },
  },
  {
    program: 'thanos',
    subcommand: 'compact',
    library: 'kingpin',
    status: { args: (address, folder) => ['--wait', `--http-address=${address}`, `--data-dir=${folder}`, bucket(folder)] },
  },
  {
    program: 'thanos',
    subcommand: 'query',
    library: 'kingpin',
    status: { args: address => [`--http-address=${address}`, anyGrpcPort] },
  },
  {
    program: 'thanos',
    subcommand: 'rule',
    library: 'kingpin',
    status: { args: (address, folder) => ['--query=127.0.0.1:1', `--http-address=${address}`, anyGrpcPort, `--data-dir=${folder}`] },
  },
  {
    program: 'thanos',
    subcommand: 'tools bucket web',
    library: 'kingpin',
    status: { args: (address, folder) => [`--http-address=${address}`, bucket(folder)] },
  },
  {
    program: 'prometheus',
    subcommand: '',
    library: 'kingpin',
    status: {
      args: (address, folder) => [`--web.listen-address=${address}`, `--storage.tsdb.path=${folder}`, `--config.file=${emptyConfig(folder)}`],
    },
  },
  { program: 'alertmanager', subcommand: '', library: 'kingpin' },
  { program: 'prometheus-config-reloader', subcommand: '', library: 'kingpin' },
  { program: 'pushgateway', subcommand: '', library: 'kingpin' },
  { program: 'target-allocator', subcommand: '', library: 'pflag' },
  { program: 'versitygw', subcommand: '', library: 'urfave' },
  { program: 'versitygw', subcommand: 'posix', library: 'urfave' },
];
