import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CONTINUOUS_TEST_FIELDS, CONTINUOUS_TEST_RULES, ContinuousTestProps, ContinuousTestSettings } from './continuous-test-props';
import type { ReadTarget, TestConfig } from './program/config';
import { PROGRAM } from './program.generated';
import { ConfigFiles } from '../core/config-file';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { Given, read } from '../core/fields';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels, GroupLabels } from '../core/labels';
import { nodeFiles, PROGRAM_CONFIG } from '../core/node-program';
import { loggingOf } from '../core/platform';
import { PodWorkload, WorkloadPort } from '../core/pod-workload';
import { seconds } from '../core/units';
import { TSDB_RETENTION } from '../plan/constants';
import { checkAgainstPlan, IPlanned, loadFor, ringFor } from '../plan/context';
import { planAges, planContinuousTest, ReadAges } from '../plan/continuous-test';
import { Figure } from '../plan/figure';

const FOLDER = '/etc/continuous-test';
const HTTP: WorkloadPort = { name: 'http', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };

/** Seconds, each the default of its prop. */
const INTERVAL = 15;
const CHECK_INTERVAL = 60;
const CONFIRM_LOSS_AFTER = 300;
const GIVE_UP_AFTER = 3600;
const TIMEOUT = 30;

const TENANT = 'continuous-test';

/**
 * Samples of a series that Thanos leaves out where it changes from a copy that ends to another one: for twice the distance of the last
 * two samples it takes none of the others (Thanos 0.42.4, pkg/dedup/iter.go).
 */
const LEFT_OUT_AT_A_CHANGE = 2;
/** Copies of each sample, where the receiver does not tell. */
const USUAL_COPIES = 3;

/**
 * Writes known series through the ring, reads each sample back at several ages, compares it with what was written, and has success,
 * loss and latency as metrics:
 *
 * - `continuous_test_writes_total{result}` and `continuous_test_reads_total{age, resolution, result}`: what succeeded;
 * - `continuous_test_lost_samples_total` and `continuous_test_wrong_samples_total`, beside `continuous_test_checked_samples_total`, by age and
 *   resolution: samples that were accepted and are gone, or have another value. Each sample is looked for once at each age;
 * - `continuous_test_merged_away_samples_total`: samples that are gone, too, at ages beyond the receiver's local retention, where the compactor
 *   has made one of the copies: no more than two in a row of one series, or two for each copy in a downsampled point, which is what Thanos
 *   leaves out when one copy has a gap, as after each restart of an ingestor (see `verticalCompaction` of the `Compactor`);
 * - `continuous_test_write_duration_seconds` and `continuous_test_read_duration_seconds`: how long it took;
 * - `continuous_test_write_delay_seconds` and `continuous_test_read_position_timestamp_seconds`: how far behind it is.
 *
 * Samples as they were written are read copy by copy (`dedup=false`), and are there when one copy has them. Merged at reading time, as
 * other queries have them, they too lack up to two in a row where one copy has a gap.
 *
 * The series are `continuous_test_sequence{job="continuous-test", test="<name>"}`, of a tenant of their own. The program is a part of this
 * package and stands in a ConfigMap as it can be read; Node runs it, without any further package. No public program was found that does
 * this with Thanos: Grafana's continuous test is the nearest, but it writes to a path of Mimir's, reads at ages that cannot be chosen, and
 * tells whether answers were right, not how many samples are gone from where.
 */
export class ContinuousTest extends Construct implements IPlanned {
  public readonly figures: Figure[];
  /** Where its metrics are served. */
  public readonly metricsEndpoint: Endpoint;
  /** The StatefulSet, for patches. */
  public readonly statefulSet: ApiObject;

  constructor(scope: Construct, id: string, props: ContinuousTestProps) {
    super(scope, id);
    const given = read(this, CONTINUOUS_TEST_FIELDS, props);
    const load = loadFor(this, given.workload);
    const { remoteWriteEndpoint: target } = props.remoteWrite;
    const plan = planContinuousTest({ members: target.members ?? ringFor(this, load).members }, given);
    const ages = { ...planAges(load, this.localRetention(props)), ...agesByHand(given) };
    const settings: ContinuousTestSettings = { ...given, ...plan, target, load, ages };
    check(this, CONTINUOUS_TEST_RULES, settings);
    checkAgainstPlan(this, plan.figures);
    this.figures = plan.figures;

    const workload = this.addWorkload(given.name ?? id, settings, props);
    this.statefulSet = workload.controllers[0];
    this.metricsEndpoint = workload.endpoint(HTTP.name);
    const graph = Graph.of(this);
    graph.connect(workload, target.endpoint, 'writes known series');
    graph.connect(workload, props.query.queryEndpoint, 'reads them back');
  }

  /** Seconds for which the receiver keeps samples itself. */
  private localRetention({ remoteWrite }: ContinuousTestProps): number {
    return Graph.of(this).allBlockWriters().find(({ at }) => at === remoteWrite)?.localRetention ?? TSDB_RETENTION;
  }

  private addWorkload(name: string, settings: ContinuousTestSettings, props: ContinuousTestProps): PodWorkload {
    const group: GroupLabels = { program: ProgramName.CONTINUOUS_TEST, instance: name, component: 'continuous-test' };
    const config = new ConfigFiles(this, 'config', {
      name,
      labels: commonLabels(this, group),
      files: nodeFiles(PROGRAM, () => this.testConfig(name, settings, props)),
    });
    return new PodWorkload(this, 'test', {
      name,
      group,
      // Not a Deployment: in a roll-out, two pods would write the same series.
      kind: 'StatefulSet',
      sets: [{ suffix: '', replicas: 1, labels: {} }],
      ports: [HTTP],
      command: ['node'],
      args: [`${FOLDER}/main.js`, `${FOLDER}/${PROGRAM_CONFIG}`, `0.0.0.0:${HTTP.port}`],
      options: { ...settings, extraArgs: undefined },
      resources: settings,
      volumes: [config.mount(FOLDER)],
      annotations: { 'checksum/config': config.hash },
      probes: { port: HTTP.name, liveness: '/-/healthy', readiness: '/-/ready', startup: 60 },
      terminationGracePeriod: 30,
    });
  }

  private testConfig(name: string, settings: ContinuousTestSettings, props: ContinuousTestProps): TestConfig {
    const { target, tenant = TENANT } = settings;
    return {
      writeUrl: target.url,
      queryUrl: props.query.queryUrl,
      headers: target.tenantHeader ? { [target.tenantHeader]: tenant } : {},
      labels: { ...settings.externalLabels, job: ProgramName.CONTINUOUS_TEST, test: name },
      series: settings.series,
      interval: settings.interval ?? INTERVAL,
      backlog: settings.giveUpAfter ?? GIVE_UP_AFTER,
      checkInterval: settings.checkInterval ?? CHECK_INTERVAL,
      confirmLossAfter: settings.confirmLossAfter ?? CONFIRM_LOSS_AFTER,
      timeout: settings.timeout ?? TIMEOUT,
      reads: readTargets(settings.ages, this.localRetention(props), target.replicationFactor),
      ...loggingOf(this, settings.logLevel),
    };
  }
}

/** Seconds of a point, as Thanos downsamples. */
const RESOLUTIONS: Record<keyof ReadAges, number> = { agesRaw: 0, ages5m: 300, ages1h: 3600 };
const AGES = Object.keys(RESOLUTIONS) as (keyof ReadAges)[];

function agesByHand(given: Given<ContinuousTestProps>): Partial<ReadAges> {
  return Object.fromEntries(AGES.flatMap(prop => (given[prop] ? [[prop, given[prop].map(seconds)]] : [])));
}

const readTargets = (ages: ReadAges, localRetention: number, copies: number = USUAL_COPIES): ReadTarget[] => AGES.flatMap(prop => {
  const resolution = RESOLUTIONS[prop];
  // In the time of a point each copy may have a gap, and in a row no more than one.
  const merged = resolution === 0 ? LEFT_OUT_AT_A_CHANGE : LEFT_OUT_AT_A_CHANGE * copies;
  return ages[prop].map(age => ({ age, resolution, mergeGap: age > localRetention ? merged : 0 }));
});
