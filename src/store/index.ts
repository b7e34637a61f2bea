export { StoreGateway, StoreGatewayProps, StoreGatewayTuning } from './store-gateway';
