import { output, runtime } from '@pulumi/pulumi';
import { Duration } from 'cdk8s';
import { ObjectStoreBucket, Workload } from 'cdk8s-thanos';
import { MonitoringStack } from 'cdk8s-thanos/pulumi';

/** Gives a platform of about 300 objects. */
const RINGS = 7;

/** Prints, as JSON, how long Pulumi's runtime takes for a preview without an engine, and how many resources there were. */
async function main(): Promise<void> {
  let resources = 0;
  await runtime.setMocks({
    newResource: ({ name, inputs, type }) => {
      if (type.startsWith('kubernetes:')) resources++;
      return { id: `${name}-id`, state: inputs as Record<string, unknown> };
    },
    call: ({ inputs }) => inputs as Record<string, unknown>,
  }, 'project', 'stack', true);
  const once = async (name: string): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> => {
    resources = 0;
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    const stack = new MonitoringStack(name, {
      cluster: 'bench',
      rings: RINGS,
      workload: Workload.of({ activeSeries: RINGS * 100_000, scrapeInterval: Duration.seconds(30) }),
      bucket: (scope, known) => ObjectStoreBucket.s3(scope, 'bucket', { bucket: known(output('blocks')), region: 'eu-central-1' }),
      alertmanager: {},
      metaMonitoring: {},
      pushgateway: {},
      continuousTest: {},
    });
    await (stack as unknown as { getData(): Promise<unknown> }).getData();
    // Until the runtime has nothing left to do.
    await runtime.disconnect();
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - begin) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
  // The first one loads modules.
  const [first, second] = [await once('first'), await once('second')];
  console.log(JSON.stringify({ resources, first, second }));
}

void main();
