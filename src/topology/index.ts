export { Topology, TopologyOptions } from './topology';
