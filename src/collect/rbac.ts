export { ApiRights as ScrapeRights } from '../core/api-rights';
