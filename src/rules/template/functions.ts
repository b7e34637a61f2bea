/**
 * Functions of templates in rules, and how many arguments each takes; `undefined` where it may be any number. Prometheus 3.14,
 * template/template.go, and Go's text/template.
 */
export const TEMPLATE_FUNCTIONS: Record<string, number | undefined> = {
  query: 1, first: 1, label: 2, value: 1, strvalue: 1, args: undefined, reReplaceAll: 3, safeHtml: 1, match: 2, title: 1, toUpper: 1, toLower: 1,
  graphLink: 1, tableLink: 1, sortByLabel: 2, stripPort: 1, stripDomain: 1, humanize: 1, humanize1024: 1, humanizeDuration: 1,
  humanizePercentage: 1, humanizeTimestamp: 1, toTime: 1, toDuration: 1, now: 0, pathPrefix: 0, externalURL: 0, parseDuration: 1, urlQueryEscape: 1,
  and: undefined, or: undefined, not: 1, len: 1, index: undefined, slice: undefined, print: undefined, printf: undefined, println: undefined, html: undefined,
  js: undefined, urlquery: undefined, call: undefined, eq: undefined, ne: 2, lt: 2, le: 2, gt: 2, ge: 2,
};

/** Variables that Prometheus declares before a template of a rule. */
export const TEMPLATE_VARIABLES = ['$', '$labels', '$externalLabels', '$externalURL', '$value'];

/** Fields of the data of a template of a rule. */
export const TEMPLATE_MEMBERS = ['Labels', 'ExternalLabels', 'ExternalURL', 'Value'];
