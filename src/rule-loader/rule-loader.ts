import { Construct } from 'constructs';
import type { Container, VolumeMount } from 'kubernetes-types/core/v1';
import type { Check, LoaderConfig, Peer } from './program/config';
import { PROGRAM } from './program.generated';
import { ApiRights } from '../core/api-rights';
import { API_SERVER_NAME, clusterPeers } from '../core/cluster-peers';
import { ConfigFiles } from '../core/config-file';
import { EndpointProtocol } from '../core/endpoint';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels, GroupLabels } from '../core/labels';
import { nodeContainer, nodeFiles, PROGRAM_CONFIG } from '../core/node-program';
import { imageFor, loggingOf, type LogLevel, Platform } from '../core/platform';
import { CONTAINER_SECURITY, containerResources, livenessProbe, MountedVolume } from '../core/pod';
import type { PodWorkload, WorkloadPort } from '../core/pod-workload';
import { memoryQuantity, MIB } from '../core/units';

/** The port of the rule-loader's own metrics. */
export const LOADER_WEB: WorkloadPort = { name: 'rules-web', port: 8081, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true };

/**
 * Node with the program, and the evaluator that is tried. Measured on loopback with a file of 1,000 rules: 68 MiB and 88 MiB; ten times
 * the rules are a derivation, to be calibrated on the bench.
 */
const RESOURCES = { cpuRequest: 0.01, memoryRequest: 96 * MIB, memoryLimit: 384 * MIB };
/** Go's collector in the evaluator that is tried. */
const CHECK_MEMORY = 224 * MIB;
/** A program of 100 MB is copied once. */
const COPY_RESOURCES = { cpuRequest: 0.01, memoryRequest: 16 * MIB, memoryLimit: 128 * MIB };

/** Bounds that a sound pod never comes near: beyond them it would be evicted. */
const JUDGE_VOLUME = 512 * MIB;
const SCRATCH_VOLUME = 512 * MIB;

const PROGRAM_FOLDER = '/etc/rule-loader';
const JUDGE_FOLDER = '/opt/rule-loader';
const SCRATCH_FOLDER = '/var/rule-loader';
/** Where client libraries look for it; only the loader's containers have it. */
const TOKEN_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Seconds for which a token is good; the kubelet renews it long before. */
const TOKEN_LIFETIME = 3600;

/** What an evaluator tells of itself. */
interface RuleLoaderProps {
  /** Name of the evaluator. */
  readonly name: string;
  readonly group: GroupLabels;
  /** The program whose image has the judge of rules. */
  readonly program: ProgramName;
  readonly image?: string;
  /** Path of the judge in that image, which must have `cp`. */
  readonly judge: string;
  /** What the judge is asked. */
  readonly checks: (judge: string) => Check[];
  /** Where the evaluator is told to read its files again. */
  readonly reloadUrl: string;
  /** Labels by which ConfigMaps with rules are found. */
  readonly selector: Record<string, string>;
  /** Namespaces whose ConfigMaps are seen; none for all. */
  readonly namespaces: string[];
  /** Evaluators that share the groups, by the ordinals of their pods. */
  readonly shards: number;
  /** The volume of the rules, as the loader mounts it. The evaluator finds them in `current`. */
  readonly rules: VolumeMount;
  readonly logLevel?: LogLevel;
}

/**
 * What lets an evaluator take rules in from ConfigMaps, also from those that come later: containers that run a program of this package by
 * Node. Before the evaluator starts, and whenever a ConfigMap changes, each new file is judged by the evaluator's own program; those it would
 * not start with stay out, with the last good version in their place, the others are moved in at once, and the evaluator is told.
 *
 * The sidecar that most charts have for this, kiwigrid's k8s-sidecar, is not used: it writes what it sees and asks for a reload afterwards, so
 * that one broken file keeps all changes out, and keeps an evaluator that restarts from starting.
 */
export class RuleLoader extends Construct {
  private readonly config: ConfigFiles;
  private peers: Peer[] = [];

  constructor(scope: Construct, id: string, private readonly props: RuleLoaderProps) {
    super(scope, id);
    const { name, group } = props;
    this.config = new ConfigFiles(this, 'config', {
      name: `${name}-rule-loader`,
      labels: commonLabels(this, group),
      files: nodeFiles(PROGRAM, () => this.loaderConfig()),
    });
  }

  /** The judge is brought in, and the rules are loaded for the first time. */
  public get initContainers(): Container[] {
    const { program, image, judge } = this.props;
    return [{
      name: 'init-judge',
      image: imageFor(this, program, image),
      imagePullPolicy: 'IfNotPresent',
      command: ['cp', judge, this.judge],
      resources: containerResources(COPY_RESOURCES),
      securityContext: CONTAINER_SECURITY,
      volumeMounts: [{ name: 'judge', mountPath: JUDGE_FOLDER }],
    }, this.container('init-rules', 'once')];
  }

  /** Follows the ConfigMaps. */
  public get sidecar(): Container {
    return {
      ...this.container('rule-loader', `0.0.0.0:${LOADER_WEB.port}`, LOADER_WEB),
      livenessProbe: livenessProbe(LOADER_WEB.name),
    };
  }

  /** Volumes that only the loader's containers mount. */
  public get volumes(): MountedVolume[] {
    return [
      { volume: this.config.mount(PROGRAM_FOLDER, 'rule-loader').volume },
      { volume: { name: 'judge', emptyDir: { sizeLimit: memoryQuantity(JUDGE_VOLUME) } } },
      { volume: { name: 'scratch', emptyDir: { sizeLimit: memoryQuantity(SCRATCH_VOLUME) } } },
      {
        volume: {
          name: 'api-token',
          projected: {
            sources: [
              { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_LIFETIME } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            ],
          },
        },
      },
    ];
  }

  /** The program reads its configuration once, so a change rolls the pods. */
  public get annotations(): Record<string, string> {
    return { 'checksum/rule-loader': this.config.hash };
  }

  /**
   * Lets the pods of the evaluator see ConfigMaps, and reach the API and each other: a new one asks its peers for the last good versions of files that
   * are broken when it starts. They are not kept in an object of the API, for which each pod would have to have the right to write one. RBAC knows no labels: what is seen is all ConfigMaps of a namespace. */
  public admit(workload: PodWorkload): void {
    const { namespaces } = this.props;
    new ApiRights(this, 'rights', workload).grant({
      namespaces: namespaces.length > 0 ? namespaces : undefined,
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }],
    });
    const { apiServer } = clusterPeers(this);
    const graph = Graph.of(this);
    this.joinPeers(workload);
    graph.connectPeer({ workload, direction: 'to', peer: apiServer, why: 'watches rules', name: API_SERVER_NAME });
    if (apiServer.broad && Platform.of(this).networkPolicies !== false) {
      graph.report(this, 'network-peer-broad', `To watch ConfigMaps with rules, pods of '${workload.name}' may open connections to any address, port ${apiServer.ports.map(({ port }) => port).join(' or ')}. `
        + 'Give the platform\'s \'networkPeers.apiServer\' its addresses, if they are known.', Severity.NOTE);
    }
  }

  private joinPeers(workload: PodWorkload): void {
    const sets = workload.sets.length > 1 ? workload.sets : [];
    this.peers = sets.map(set => {
      const pods = workload.setName(set);
      const endpoint = workload.podEndpoint(LOADER_WEB.name, set, 0);
      Graph.of(this).connect(workload, endpoint, 'asks for rules in force');
      return { pods, url: `http://${endpoint.address.replace(`${pods}-0.`, `${pods}-{ordinal}.`)}/in-force` };
    });
  }

  private get judge(): string {
    return `${JUDGE_FOLDER}/${this.props.judge.split('/').pop()}`;
  }

  private container(name: string, mode: string, web?: WorkloadPort): Container {
    return nodeContainer(this, {
      name,
      program: ProgramName.RULE_LOADER,
      args: [`${PROGRAM_FOLDER}/main.js`, `${PROGRAM_FOLDER}/${PROGRAM_CONFIG}`, mode],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'GOMEMLIMIT', value: String(CHECK_MEMORY) },
      ],
      web,
      resources: RESOURCES,
      mounts: [
        { name: 'rule-loader', mountPath: PROGRAM_FOLDER, readOnly: true },
        { name: 'judge', mountPath: JUDGE_FOLDER, readOnly: true },
        { name: 'scratch', mountPath: SCRATCH_FOLDER },
        { name: 'api-token', mountPath: TOKEN_FOLDER, readOnly: true },
        this.props.rules,
      ],
    });
  }

  private loaderConfig(): LoaderConfig {
    const { selector, namespaces, rules, checks, reloadUrl, shards, logLevel } = this.props;
    return {
      credentials: TOKEN_FOLDER,
      labelSelector: Object.entries(selector).map(([label, value]) => `${label}=${value}`).join(','),
      namespaces,
      folder: rules.mountPath,
      scratch: SCRATCH_FOLDER,
      checks: checks(this.judge),
      reloadUrl,
      shards,
      peers: this.peers,
      ...loggingOf(this, logLevel),
    };
  }
}
