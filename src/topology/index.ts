export { Topology, type TopologyOptions } from './topology';
