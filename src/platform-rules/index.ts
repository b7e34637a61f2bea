export type {
  AlertmanagerFigures, BucketFigures, PartFigures, RingFigures, RulerFigures, SenderAutoscalingFigures, SenderFigures, StoreGatewayFigures,
  TargetAllocatorFigures,
} from './figures';
export { PlatformRules } from './platform-rules';
export type { PlatformRulesProps } from './platform-rules-props';
export { WatchdogRules, type WatchdogRulesProps } from './watchdog-rules';
