/** Where the pages of this package's repository are read. */
export const RUNBOOKS = 'https://github.com/cdk8s-thanos/cdk8s-thanos/blob/main/docs/runbooks';

/** The page of an alert. */
export const runbookUrl = (base: string, alert: string): string => `${String(base).replace(/\/+$/, '')}/${alert}.md`;
