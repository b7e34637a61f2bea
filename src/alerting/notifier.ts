import type { SecretValue } from 'cdk8s-plus-28';
import { printRows, secretsIn } from './config-rows';
import type { AlertmanagerGlobals } from './globals';
import { DISCORD, DiscordOptions, MS_TEAMS, MsTeamsOptions, SLACK, SlackOptions, TELEGRAM, TelegramOptions, WE_CHAT, WebexOptions, WEBEX, WeChatOptions } from './notifiers/chat';
import { EMAIL, EmailOptions } from './notifiers/email';
import type { Need, NotifierKind } from './notifiers/kind';
import type { NotifierOptions } from './notifiers/options';
import {
  INCIDENT_IO, IncidentIoOptions, OPS_GENIE, OpsGenieOptions, PAGER_DUTY, PagerDutyOptions, PUSHOVER, PushoverOptions, VICTOR_OPS, VictorOpsOptions,
} from './notifiers/paging';
import { JIRA, JiraOptions, MATTERMOST, MattermostOptions, ROCKET_CHAT, RocketChatOptions, SNS, SnsOptions } from './notifiers/servers';
import { SmsGatewayOptions, smsPayload, smsProblems, WEBHOOK, WebhookOptions } from './notifiers/webhook';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { isRecord, problemsOf, shown } from '../core/fields';
import { NetworkPeer, networkPeer } from '../core/network-peer';

/** Where a notifier goes, as policies and the picture name it. */
interface NotifierTarget {
  readonly name: string;
  /** A host and port that is known, or nothing for one that only a Secret has. */
  readonly endpoint?: Endpoint;
  readonly peer?: NetworkPeer;
}

const HTTPS_PORT = 443;

/**
 * One way to tell people: which service, and what it is told. A receiver has one or several.
 *
 * Credentials are keys of Secrets and reach Alertmanager as files, so that none stands in its configuration, and a changed one is in
 * force without a restart.
 */
export class Notifier {
  /** A request to a server of one's own. */
  public static webhook(options: WebhookOptions): Notifier {
    return new Notifier(WEBHOOK, options);
  }

  /**
   * Text messages to phones, through any gateway that takes messages as JSON by HTTP: `{ "to": […], "from": …, "message": … }`, with
   * names of fields and further fields as the gateway wants them. Alertmanager speaks with no carrier itself, but for Amazon SNS.
   */
  public static sms(options: SmsGatewayOptions): Notifier {
    const { to, from, message, toField, fromField, messageField, fields, ...rest }: SmsGatewayOptions = isRecord(options) ? options : { to: [] };
    const webhook: WebhookOptions = { ...rest, payload: smsPayload({ to, from, message, toField, fromField, messageField, fields }) };
    return new Notifier({ ...WEBHOOK, name: 'SMS' }, webhook, smsProblems(options));
  }

  /** A mail. */
  public static email(options: EmailOptions): Notifier {
    return new Notifier(EMAIL, options);
  }

  /** An event of PagerDuty. */
  public static pagerDuty(options: PagerDutyOptions): Notifier {
    return new Notifier(PAGER_DUTY, options);
  }

  /** An alert of Opsgenie. */
  public static opsGenie(options: OpsGenieOptions): Notifier {
    return new Notifier(OPS_GENIE, options);
  }

  /** A message of Slack. */
  public static slack(options: SlackOptions): Notifier {
    return new Notifier(SLACK, options);
  }

  /** A message of Microsoft Teams, by a workflow; its older connectors are switched off. */
  public static msTeams(options: MsTeamsOptions): Notifier {
    return new Notifier(MS_TEAMS, options);
  }

  /** A message of WeChat Work. */
  public static weChat(options: WeChatOptions): Notifier {
    return new Notifier(WE_CHAT, options);
  }

  /** A message of Telegram. */
  public static telegram(options: TelegramOptions): Notifier {
    return new Notifier(TELEGRAM, options);
  }

  /** A message of Amazon SNS, which also sends text messages to phones. */
  public static sns(options: SnsOptions): Notifier {
    return new Notifier(SNS, options);
  }

  /** A message of Discord. */
  public static discord(options: DiscordOptions): Notifier {
    return new Notifier(DISCORD, options);
  }

  /** A message of Webex. */
  public static webex(options: WebexOptions): Notifier {
    return new Notifier(WEBEX, options);
  }

  /** A push message of Pushover. */
  public static pushover(options: PushoverOptions): Notifier {
    return new Notifier(PUSHOVER, options);
  }

  /** An incident of VictorOps, which is Splunk On-Call now. */
  public static victorOps(options: VictorOpsOptions): Notifier {
    return new Notifier(VICTOR_OPS, options);
  }

  /** An issue of Jira. */
  public static jira(options: JiraOptions): Notifier {
    return new Notifier(JIRA, options);
  }

  /** A message of Rocket.Chat. */
  public static rocketChat(options: RocketChatOptions): Notifier {
    return new Notifier(ROCKET_CHAT, options);
  }

  /** A message of Mattermost. */
  public static mattermost(options: MattermostOptions): Notifier {
    return new Notifier(MATTERMOST, options);
  }

  /** An alert of incident.io. */
  public static incidentIo(options: IncidentIoOptions): Notifier {
    return new Notifier(INCIDENT_IO, options);
  }

  /** What it is called, e.g. `Slack`. */
  public readonly service: string;
  private readonly kind: NotifierKind<NotifierOptions>;
  private readonly options: NotifierOptions;

  private constructor(kind: object, options: NotifierOptions, private readonly ownProblems: string[] = []) {
    // Each factory pairs a kind with its options.
    this.kind = kind as NotifierKind<NotifierOptions>;
    this.service = this.kind.name;
    this.options = options;
  }

  /** The field of a receiver that lists it. @internal */
  public get _key(): string {
    return this.kind.key;
  }

  /** As Alertmanager reads it. @internal */
  public get _config(): Record<string, unknown> {
    return { send_resolved: true, ...printRows(this.kind.rows, this.options), ...this.kind.also?.(this.options) };
  }

  /** @internal */
  public get _secrets(): SecretValue[] {
    return secretsIn(this.kind.rows, this.options);
  }

  /** What is wrong with it, as full sentences without their end. @internal */
  public _problems(globals: AlertmanagerGlobals): string[] {
    if (!isRecord(this.options)) {
      return [`its options must be an object, but are ${shown(this.options)}`];
    }
    const wrong = problemsOf(this.kind.rows, this.options).map(([prop, problem]) => `'${prop}' ${problem}`);
    return wrong.length > 0 ? [...wrong, ...this.ownProblems]
      : [...this.ownProblems, ...(this.kind.needs ?? []).flatMap(need => this.missing(need, globals)), ...this.kind.problems?.(this.options) ?? []];
  }

  private missing({ oneOf, global = [] }: Need<NotifierOptions>, globals: AlertmanagerGlobals): string[] {
    const quoted = (props: string[], prefix = '') => props.map(prop => `'${prefix}${prop}'`);
    const given = oneOf.filter(prop => this.options[prop] !== undefined);
    const served = global.some(prop => (prop === 'smtp' ? isRecord(globals.smtp) && oneOf[0] in globals.smtp : globals[prop] !== undefined));
    if (given.length > 1) {
      return [`${quoted(given).join(' and ')} are given, but only one of ${quoted(oneOf).join(', ')} may be`];
    }
    const ways = [...quoted(oneOf), ...global.map(prop => (prop === 'smtp' ? `'globals.smtp.${oneOf[0]}'` : `'globals.${prop}'`))];
    return given.length === 0 && !served ? [`${ways.length > 1 ? `one of ${ways.join(', ')}` : ways[0]} must be given`] : [];
  }

  /** @internal */
  public _target(globals: AlertmanagerGlobals): NotifierTarget {
    // A peer that is none is reported with the other problems.
    const peer = networkPeer().problem(this.options.peer!) === undefined ? this.options.peer : undefined;
    const proxy = (this.options as WebhookOptions).httpClient?.proxyUrl ?? (this._key === EMAIL.key ? undefined : globals.httpClient?.proxyUrl);
    const address = proxy ?? this.kind.target?.(this.options, globals);
    return { name: this.service, peer, endpoint: typeof address === 'string' ? endpointAt(address, peer) : undefined };
  }
}

/** `https://host/path` or `host:port`; templates are expanded by Alertmanager, so that their host is unknown. */
function endpointAt(address: string, peer?: NetworkPeer): Endpoint | undefined {
  const [, scheme, host, port] = /^(?:(https?):\/\/)?(\[[^\]]+\]|[A-Za-z0-9_][-A-Za-z0-9_.]*)(?::(\d+))?(?:[/?#]|$)/.exec(address) ?? [];
  if (host === undefined) {
    return undefined;
  }
  return Endpoint.external({
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port ?? (scheme === 'http' ? 80 : HTTPS_PORT)),
    protocol: scheme === 'http' ? EndpointProtocol.HTTP : EndpointProtocol.HTTPS,
    peer,
  });
}

/** Who is reached where only a Secret has the address. */
export const UNKNOWN_TARGET = NetworkPeer.anywhere([{ port: HTTPS_PORT }]);
