import { ApiObject, JsonPatch } from 'cdk8s';
import { component } from './workload';
import { Graph } from '../../../src/core/graph';
import { ThanosReceiveRing } from '../../../src/receive';
import { errorsOf, fixture } from '../../fixture';
import { TestBucket } from '../../store/parts';

/** A query that reads from a store gateway. */
function pair() {
  const { app, chart } = fixture();
  const query = component(chart, 'query');
  const store = component(chart, 'store', { kind: 'StatefulSet' });
  Graph.of(chart).connect(query, store.endpoint('grpc'), 'reads series');
  return { app, chart, query, store, service: store.node.findChild('Service') as ApiObject };
}

test('without patches, every address is served', () => {
  expect(errorsOf(pair().app)).toEqual([]);
});

const ADDRESS = "[monitoring/store] 'monitoring/query' reads series at store.monitoring.svc.cluster.local:10901";
const TAKE_BACK = 'Addresses follow from the constructs, never from patches: take back the patch';

test.each([
  ['the name of the Service', [JsonPatch.replace('/metadata/name', 'storage')],
    `${ADDRESS}, but no Service 'store' is printed in namespace 'monitoring'. ${TAKE_BACK} or removal of that Service. (address-not-served)`],
  ['its namespace', [JsonPatch.replace('/metadata/namespace', 'other')],
    `${ADDRESS}, but no Service 'store' is printed in namespace 'monitoring'. ${TAKE_BACK} or removal of that Service. (address-not-served)`],
  ['the number of its port', [JsonPatch.replace('/spec/ports/0/port', 9090)],
    `${ADDRESS}, but Service 'store' has no port 10901 (it has grpc 9090, http 10902). ${TAKE_BACK} of its ports. (address-not-served)`],
  ['all its ports', [JsonPatch.remove('/spec/ports')],
    `${ADDRESS}, but Service 'store' has no port 10901 (it has none). ${TAKE_BACK} of its ports. (address-not-served)`],
  ['the name of its port', [JsonPatch.replace('/spec/ports/0/name', 'store-api')],
    `${ADDRESS}, but port 10901 of Service 'store' is named 'store-api', and clients look for the SRV record `
    + "'_grpc._tcp.store.monitoring.svc.cluster.local'. Name it 'grpc' again. (address-not-served)"],
  ['where its port leads', [JsonPatch.replace('/spec/ports/0/targetPort', 'store-api')],
    `${ADDRESS}, but port 10901 of Service 'store' leads to 'store-api', which no container of StatefulSet 'store' declares `
    + '(they declare grpc 10901, http 10902). Declare it there, or let the Service lead to a port that is declared. (address-not-served)'],
  ['its selector', [JsonPatch.add('/spec/selector/tier', 'gold')],
    `${ADDRESS}, but the selector of Service 'store' matches no pods of its own part. ${TAKE_BACK} of the selector or of the pods' labels. (address-not-served)`],
])('fails where a patch changes %s', (_, patches, message) => {
  const { app, service } = pair();
  service.addJsonPatch(...patches);
  expect(errorsOf(app)).toEqual([message]);
});

test('an init container that goes on serves its ports, and one that ends does not', () => {
  const served = (restartPolicy?: string) => {
    const { app, store } = pair();
    store.controllers[0].addJsonPatch(
      JsonPatch.add('/spec/template/spec/initContainers', [{ name: 'early', image: 'early', restartPolicy, ports: [{ name: 'grpc', containerPort: 10901 }] }]),
      JsonPatch.remove('/spec/template/spec/containers/0/ports'),
    );
    return errorsOf(app).length === 0;
  };
  expect([served('Always'), served()]).toEqual([true, false]);
});

test('fails where a patch changes the pods behind a Service', () => {
  const { app, store } = pair();
  store.controllers[0].addJsonPatch(JsonPatch.remove('/spec/template/spec/containers/0/ports'));
  expect(errorsOf(app)).toEqual([
    `${ADDRESS}, but port 10901 of Service 'store' leads to 'grpc', which no container of StatefulSet 'store' declares (they declare none). `
    + 'Declare it there, or let the Service lead to a port that is declared. (address-not-served)',
  ]);
});

test.each([
  ['a port of another name and number that containers declare', [
    JsonPatch.replace('/spec/ports/0/targetPort', 10901),
  ]],
  ['labels and annotations', [JsonPatch.add('/metadata/annotations', { owner: 'me' })]],
  ['a port more', [JsonPatch.add('/spec/ports/-', { name: 'debug', port: 6060, targetPort: 'http' })]],
])('lets a patch change %s', (_, patches) => {
  const { app, service } = pair();
  service.addJsonPatch(...patches);
  expect(errorsOf(app)).toEqual([]);
});

test('names of ports matter only where clients look them up', () => {
  const { app, chart, query, store } = pair();
  Graph.of(chart).connect(store, query.endpoint('http'), 'asks');
  (query.node.findChild('Service') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/ports/1/name', 'web'));
  expect(errorsOf(app)).toEqual([]);
});

test('a Service of somebody else may take the place of ours', () => {
  const { app, chart, service } = pair();
  service.addJsonPatch(JsonPatch.replace('/metadata/name', 'storage'));
  const own = new ApiObject(chart, 'own', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'store' },
    spec: { selector: { 'app.kubernetes.io/instance': 'store' }, ports: [{ name: 'grpc', port: 10901 }] },
  });
  expect(errorsOf(app)).toEqual([]);
  own.addJsonPatch(JsonPatch.replace('/spec/ports/0/port', 1));
  Graph.of(chart).touch();
  expect(errorsOf(app)).toEqual([`${ADDRESS}, but Service 'store' has no port 10901 (it has grpc 1). ${TAKE_BACK} of its ports. (address-not-served)`]);
});

test('one finding an address, however many use it', () => {
  const { app, chart, store, service } = pair();
  Graph.of(chart).connect(component(chart, 'ruler'), store.endpoint('grpc'), 'reads series');
  service.addJsonPatch(JsonPatch.remove('/spec/ports'));
  expect(errorsOf(app)).toHaveLength(1);
});

/** A ring of three members. */
function ring() {
  const { app, chart } = fixture();
  return { app, ring: new ThanosReceiveRing(chart, 'ring', { bucket: new TestBucket(chart, 'bucket'), members: 3 }) };
}

const forwards = (ordinal: number): string => "[monitoring/ring/ingestor] 'monitoring/ring/router' forwards samples at "
  + `ring-ingestor-${ordinal}.ring-ingestor.monitoring.svc.cluster.local:10901`;

test('fails where a patch leaves fewer pods than the ring has members', () => {
  const { app, ring: { ingestorStatefulSets: [set] } } = ring();
  set.addJsonPatch(JsonPatch.replace('/spec/replicas', 1));
  expect(errorsOf(app)).toEqual([`${forwards(2)}, but StatefulSet 'ring-ingestor' is printed with 1 replica, so that there is no pod 'ring-ingestor-2'. `
    + "Give it at least 3, or first take that pod out of what addresses it (for a ring: fewer 'members'). (address-not-served)"]);
});

test('fails where a patch renames the StatefulSet of a ring', () => {
  const { app, ring: { ingestorStatefulSets: [set] } } = ring();
  set.addJsonPatch(JsonPatch.replace('/metadata/name', 'heads'));
  expect(errorsOf(app)).toContain(`${forwards(2)}, but no StatefulSet 'ring-ingestor' is printed in namespace 'monitoring'. ${TAKE_BACK} of its name. (address-not-served)`);
});

test('fails where a patch takes the names from the pods of a ring', () => {
  const { app, ring: { ingestorStatefulSets: [set] } } = ring();
  set.addJsonPatch(JsonPatch.replace('/spec/serviceName', 'heads'));
  expect(errorsOf(app)).toContain(`${forwards(2)}, but the 'serviceName' of StatefulSet 'ring-ingestor' is 'heads', so that its pods have no names below `
    + "'ring-ingestor'. Set it to 'ring-ingestor' again. (address-not-served)");
});

test('lets a patch add pods', () => {
  const { app, ring: { ingestorStatefulSets: [set] } } = ring();
  set.addJsonPatch(JsonPatch.replace('/spec/replicas', 4));
  expect(errorsOf(app)).toEqual([]);
});

test('names of ports do not matter to addresses of pods', () => {
  const { app, ring: { ingestorStatefulSets: [set] } } = ring();
  (set.node.scope!.node.findChild('Service') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/ports/0/name', 'store-api'), JsonPatch.replace('/spec/ports/0/targetPort', 'grpc'));
  expect(errorsOf(app)).toEqual([]);
});
