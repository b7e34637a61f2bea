import { MIB } from '../../core/units';

export { MIB };
export const KIB = 1024;
export const GIB = 1024 * MIB;
export const TIB = 1024 * GIB;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86400;
/** Days in the month that prices are given for. */
export const DAYS_A_MONTH = 30;
