// eslint-disable-next-line import/no-extraneous-dependencies -- comes with @pulumi/pulumi, whose protocol this speaks
import { type handleUnaryCall, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
// eslint-disable-next-line import/no-extraneous-dependencies -- likewise
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
// eslint-disable-next-line import/no-extraneous-dependencies -- likewise
import { type JavaScriptValue, Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { Change } from './changes';
import { Kubernetes } from './kubernetes';
import { differences, type Properties } from './properties';

const { Kind } = proto.PropertyDiff;
const KINDS = { add: [Kind.ADD, Kind.ADD_REPLACE], delete: [Kind.DELETE, Kind.DELETE_REPLACE], update: [Kind.UPDATE, Kind.UPDATE_REPLACE] };

const read = (struct?: Struct): Properties => struct?.toJavaScript() ?? {};
const written = (properties: Properties): Struct => Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);

/** A call that is answered by a promise. */
function unary<Request, Response>(answer: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    answer(request).then(response => callback(null, response), ({ message }: Error) => callback({ code: status.UNKNOWN, message, details: message }));
  };
}

function differing(changes: readonly Change[], deleteFirst: boolean): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(changes.filter(({ replaces }) => replaces).map(({ path }) => path));
  response.setDeletebeforereplace(deleteFirst);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const property = new proto.PropertyDiff();
    property.setKind(KINDS[kind][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

/** Inputs as they are to be taken, or why not. */
function checked(inputs: Properties, failures: readonly string[] = []): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(written(inputs));
  response.setFailuresList(failures.map(reason => {
    const failure = new proto.CheckFailure();
    failure.setReason(reason);
    return failure;
  }));
  return response;
}

/** What the engine asks of a provider, as far as the test needs it; whatever is not here is answered as not implemented. */
export function service(version: string): UntypedServiceImplementation {
  let provider = new Kubernetes(new Map());
  return {
    getPluginInfo: unary(async () => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    checkConfig: unary(async (request: proto.CheckRequest) => checked(read(request.getNews()))),
    // A provider with another configuration is the same provider: none of its objects is replaced.
    diffConfig: unary(async (request: proto.DiffRequest) => differing(
      differences(read(request.getOlds()), read(request.getNews())).map(path => ({ path: path.join('.'), kind: 'update', replaces: false })), false)),
    configure: unary(async (request: proto.ConfigureRequest) => {
      provider = new Kubernetes(new Map(request.getVariablesMap().entries()));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary(async (request: proto.CheckRequest) => {
      const inputs = provider.checked(read(request.getNews()));
      return checked(inputs, provider.failures(inputs));
    }),
    diff: unary(async (request: proto.DiffRequest) => {
      const { changes, deleteFirst } = provider.diff(read(request.getOlds()), read(request.getNews()));
      return differing(changes, deleteFirst);
    }),
    create: unary(async (request: proto.CreateRequest) => {
      const { id, state } = await provider.create(read(request.getProperties()), request.getPreview());
      const response = new proto.CreateResponse();
      response.setId(id);
      response.setProperties(written(state));
      return response;
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const response = new proto.ReadResponse();
      const state = await provider.read(read(request.getProperties()));
      response.setId(state ? request.getId() : '');
      response.setProperties(written(state ?? {}));
      response.setInputs(request.getInputs());
      return response;
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const response = new proto.UpdateResponse();
      response.setProperties(written(await provider.update(read(request.getNews()), request.getPreview())));
      return response;
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      await provider.delete(read(request.getProperties()));
      return new Empty();
    }),
    cancel: unary(async () => new Empty()),
    attach: unary(async () => new Empty()),
  };
}
