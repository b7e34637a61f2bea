// eslint-disable-next-line import/no-extraneous-dependencies -- comes with @pulumi/pulumi, whose protocol this speaks
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { service } from './service';

/** Messages hold whole states; the engine's own limit. */
const LIMIT = 400 * 1024 * 1024;

const server = new Server({ 'grpc.max_receive_message_length': LIMIT, 'grpc.max_send_message_length': LIMIT });
server.addService(ResourceProviderService, service(process.env.PROVIDER_VERSION ?? '0.0.0'));
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads where to connect.
  console.log(String(port));
});
