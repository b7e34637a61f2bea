import type { Check } from './program/config';

/** Ports of the loopback interface on which an evaluator that is only tried serves; nothing else in its pod has them. */
export const TRIAL_PORTS = { http: 10912, grpc: 10911 };

/**
 * What `thanos rule` would not start with, and what it would take for no rules at all. Tried with 0.42.4 and some 35 kinds of files:
 *
 * - `thanos tools rules-check` lets pass what the ruler refuses: a group's name twice in a file, and labels of a group that are none;
 * - the ruler lets pass what `rules-check` refuses: a file without `groups`, further keys beside it, and a key that is there twice, by all of
 *   which rules get lost in silence;
 * - `promtool check rules` knows no `partial_response_strategy`, and with `--ignore-unknown-fields` takes a misspelt `for` as well;
 * - an empty item in the list of groups kills the ruler, also at a reload.
 *
 * So both are asked, and the ruler itself has the last word: it is started with the staged files beside an empty folder of data, and asks and
 * writes nobody.
 */
export function thanosRuleChecks(thanos: string, features: readonly string[] = []): Check[] {
  return [
    // Parsed with fewer functions than the ruler may know: then the ruler alone is asked.
    ...(features.length > 0 ? [] : [{ command: [thanos, 'tools', 'rules-check', '--log.format=logfmt', '--log.level=error', '--rules={folder}/*'] }]),
    {
      command: [
        thanos, 'rule', '--log.format=logfmt', '--log.level=error', '--data-dir={scratch}', '--rule-file={folder}/*', '--query=http://127.0.0.1:9',
        `--http-address=127.0.0.1:${TRIAL_PORTS.http}`, `--grpc-address=127.0.0.1:${TRIAL_PORTS.grpc}`, ...features,
      ],
      accepted: { url: `http://127.0.0.1:${TRIAL_PORTS.http}/metrics`, pattern: '^thanos_rule_config_last_reload_successful 1$' },
    },
  ];
}
