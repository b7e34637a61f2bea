import { Duration } from 'cdk8s';
import { key } from './every-notifier';
import { Alertmanager, AlertmanagerProps, Matcher, Notifier } from '../../src/alerting';
import type { AlertSource, SentAlert } from '../../src/core/alert-source';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { fixture } from '../fixture';

const told = (name: string) => ({ name, notifiers: [Notifier.slack({ apiUrl: key('slack') })] });
const of = (...texts: string[]) => texts.map(text => Matcher.of(text));

/** Findings as `severity rule: message`. */
function findingsOf(props: AlertmanagerProps, source?: Omit<AlertSource, 'at'>): string[] {
  const { chart } = fixture();
  const alertmanager = new Alertmanager(chart, 'alertmanager', { receivers: [told('team')], ...props });
  if (source) {
    Graph.of(chart).addAlertSource(alertmanager, { at: chart, ...source });
  }
  return Graph.of(chart).findings().map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
}

const routed = (...routes: NonNullable<NonNullable<AlertmanagerProps['route']>['routes']>): AlertmanagerProps => ({ route: { receiver: 'team', routes } });

test('a sound tree has no finding', () => {
  expect(findingsOf({
    receivers: [told('team'), told('pager')],
    ...routed({ matchers: of('severity="critical"'), receiver: 'pager', muteTimeIntervals: ['night'] }, { matchers: of('severity=~"critical|warning"') }),
    timeIntervals: [{ name: 'night', spans: [{}] }],
    inhibitRules: [{ source: of('severity="critical"'), target: of('severity!="critical"'), equal: ['cluster'] }],
  })).toEqual([]);
});

test.each<[string, AlertmanagerProps, string[]]>([
  ['a receiver that is not there', { route: { receiver: 'taem' } }, [
    'error receiver-unknown: \'route\' calls the receiver \'taem\', which is not there; the nearest is \'team\'.',
    'warning receiver-unused: No route calls the receiver \'team\', so that it never serves; call it in a route, or take it away.',
  ]],
  ['a receiver that nothing is near', routed({ receiver: 'somebody', matchers: of('a="b"') }), [
    'error receiver-unknown: \'route.routes[0]\' calls the receiver \'somebody\', which is not there; known are \'team\'.',
  ]],
  ['two receivers of one name', { receivers: [told('team'), told('team')] }, [
    'error receiver-twice: There are several receivers of the name \'team\', and Alertmanager refuses that; give each a name of its own.',
  ]],
  ['two time intervals of one name', { ...routed({ matchers: of('a="b"'), muteTimeIntervals: ['night'] }), timeIntervals: [{ name: 'night', spans: [{}] }, { name: 'night', spans: [{}] }] }, [
    'error time-interval-twice: There are several time intervals of the name \'night\', and Alertmanager refuses that; give each a name of its own.',
  ]],
  ['a time interval that is not there', routed({ matchers: of('a="b"'), muteTimeIntervals: ['night'] }), [
    'error time-interval-unknown: \'route.routes[0]\' calls the time interval \'night\', which is not there; there is none at all.',
  ]],
  ['a time interval without use', { timeIntervals: [{ name: 'night', spans: [{}] }] }, [
    'warning time-interval-unused: No route calls the time interval \'night\', so that it never serves; call it in a route, or take it away.',
  ]],
  ['a root that tells nobody', { receivers: [{ name: 'team', notifiers: [] }], route: { receiver: 'team' } }, [
    'warning no-catch-all: Alerts that no branch of the routing tree takes reach receiver \'team\', which has no notifier: nobody is told of them. '
    + 'Give \'route.receiver\' one that tells somebody, and the silent one a branch of its own with matchers.',
  ]],
  ['keys of AWS without SNS', { awsAccessKey: { accessKeyId: key('id'), secretAccessKey: key('secret') } }, [
    'warning aws-key-unused: \'awsAccessKey\' puts keys of AWS into the environment, but no receiver notifies by SNS; leave it out.',
  ]],
  ['a route behind one that keeps its alerts', routed({ matchers: of('team=~"db|search"') }, { matchers: of('team="db"', 'severity="critical"') }), [
    'error route-unreachable: \'route.routes[1]\' {team="db", severity="critical"} → \'team\': no alert reaches it, for \'route.routes[0]\' {team=~"db|search"} → \'team\' stands before it, takes all of them and does not continue. '
    + 'Put it further up, or let the other continue.',
  ]],
  ['a route behind several that keep its alerts', routed({ matchers: of('a="x"') }, { matchers: of('a="y"') }, { matchers: of('a=~"x|y"') }), [
    'error route-unreachable: \'route.routes[2]\' {a=~"x|y"} → \'team\': no alert reaches it, for those before it take all of them and do not continue. Put it further up, or let the other continue.',
  ]],
  ['a route behind one without matchers', routed({ receiver: 'team' }, { matchers: of('a="x"') }), [
    'error route-unreachable: \'route.routes[1]\' {a="x"} → \'team\': no alert reaches it, for \'route.routes[0]\' {} → \'team\' stands before it, takes all of them and does not continue. '
    + 'Put it further up, or let the other continue.',
  ]],
  ['a route behind one that continues', routed({ matchers: of('a=~"x|y"'), continue: true }, { matchers: of('a="x"') }), []],
  ['a route that continues where nothing is behind it', routed({ matchers: of('a="x"') }, { matchers: of('a="y"'), continue: true }), [
    'note continue-without-use: \'route.routes[1]\' {a="y"} → \'team\' continues, but no route is behind it; nor does \'route\', which takes only what no branch of it has taken. '
    + 'Leave \'continue\' out, or put the route that shall have these alerts too behind it.',
  ]],
  ['a route that continues before what excludes it, or what is above it', routed({ matchers: of('a="x"'), routes: [{ matchers: of('b="c"'), continue: true }, { matchers: of('a="y"') }] }), [
    'error route-contradiction: \'route.routes[0].routes[1]\' {a="y"} → \'team\': its matchers and those of the routes above it contradict each other on the label \'a\', so that no alert can pass. '
    + 'Correct them, or take the route away.',
    'note continue-without-use: \'route.routes[0].routes[0]\' {b="c"} → \'team\' continues, but none of the routes behind it takes an alert that it takes; nor does \'route.routes[0]\', which takes only what no branch of it has taken. '
    + 'Leave \'continue\' out, or put the route that shall have these alerts too behind it.',
  ]],
  ['a route that continues before what some of its alerts pass', routed({ matchers: of('a="x"'), continue: true }, { matchers: of('a="y"') }, { matchers: of('b=~".+"') }), []],
  ['matchers that contradict each other', routed({ matchers: of('a="x"', 'a="y"') }), [
    'error route-contradiction: \'route.routes[0]\' {a="x", a="y"} → \'team\': its matchers contradict each other on the label \'a\', so that no alert can pass. Correct them, or take the route away.',
  ]],
  ['matchers that contradict those above', routed({ matchers: of('a="x"'), routes: [{ matchers: of('a!="x"') }] }), [
    'error route-contradiction: \'route.routes[0].routes[0]\' {a!="x"} → \'team\': its matchers and those of the routes above it contradict each other on the label \'a\', so that no alert can pass. '
    + 'Correct them, or take the route away.',
  ]],
  ['a repetition within the group interval', { route: { receiver: 'team', repeatInterval: Duration.minutes(2) } }, [
    'warning repeat-below-group-interval: \'route\': \'repeatInterval\' (2m) is below \'groupInterval\' (5m), at which a group is looked at, so that the latter is in force for both; raise the first or lower the second.',
  ]],
  ['a repetition between two group intervals', { route: { receiver: 'team', repeatInterval: Duration.minutes(12) } }, [
    'note repeat-not-multiple: \'route\': \'repeatInterval\' (12m) is no multiple of \'groupInterval\' (5m), at which a group is looked at: in force is the next multiple.',
  ]],
  ['a group interval within which not all replicas have their turn', routed({ matchers: of('a="b"'), groupInterval: Duration.seconds(30), routes: [{ matchers: of('c="d"') }] }), [
    'warning group-interval-within-turns: \'route.routes[0]\': \'groupInterval\' (30s) must be longer than 30s, for which the last of 3 replicas lets those before it be first (\'peerTimeout\' 15s): '
    + 'otherwise it tells that alerts fire which the others have told are over. Raise the first, or lower \'peerTimeout\'.',
  ]],
  ['the shortest group interval within which all replicas have their turn', routed({ matchers: of('a="b"'), groupInterval: Duration.seconds(31) }), [
    'note repeat-not-multiple: \'route.routes[0]\': \'repeatInterval\' (4h) is no multiple of \'groupInterval\' (31s), at which a group is looked at: in force is the next multiple.',
  ]],
  ['a short group interval of a single replica', { replicas: 1, ...routed({ matchers: of('a="b"'), groupInterval: Duration.seconds(5) }) }, []],
  ['a repetition beyond what is remembered', { retention: Duration.days(2), ...routed({ matchers: of('a="b"'), repeatInterval: Duration.days(3) }) }, [
    'warning repeat-beyond-retention: \'route.routes[0]\': \'repeatInterval\' (72h) is longer than \'retention\' (48h), after which Alertmanager forgets what it has told, and tells it again; lower the first or raise the second.',
  ]],
  ['a group each', { route: { receiver: 'team', groupBy: ['...'] } }, [
    'warning group-by-all: \'route\': \'groupBy\' is \'...\', so that each alert is a group and a message of its own: an outage of a thousand pods is a thousand messages, and as many groups in memory. '
    + 'Name the labels that make one incident, e.g. alertname, cluster and namespace.',
  ]],
  ['an inhibition of itself', { inhibitRules: [{ source: of('severity="critical"'), target: of('severity="critical"'), equal: ['cluster'] }] }, [
    'error inhibit-itself: \'inhibitRules[0]\': every alert that \'target\' {severity="critical"} matches is one that \'source\' {severity="critical"} matches too. Alertmanager lets no such alert silence another, '
    + 'so that the rule does nothing but for sources outside of the target. Let the two sides exclude each other, e.g. by the label severity.',
  ]],
  ['an inhibition whose sides overlap', { inhibitRules: [{ name: 'down', source: of('alertname="Down"'), target: of('cluster=~".+"'), equal: ['cluster'] }] }, [
    'note inhibit-overlap: \'inhibitRules[0]\' (\'down\'): an alert may match \'source\' {alertname="Down"} and \'target\' {cluster=~".+"} both; such alerts do not silence each other. '
    + 'Let the two sides exclude each other if that is not meant.',
  ]],
  ['an inhibition of everything', { inhibitRules: [{ source: of('severity="critical"'), target: of('severity="warning"') }] }, [
    'warning inhibit-without-equal: \'inhibitRules[0]\': without \'equal\', one alert of the source silences all of the target, in every cluster and namespace. Name the labels that both must share.',
  ]],
  ['an inhibition that contradicts itself', { inhibitRules: [{ source: of('a="b"', 'a="c"'), target: of('a="d"'), equal: ['cluster'] }] }, [
    'error inhibit-contradiction: \'inhibitRules[0]\': the matchers of \'source\' contradict each other on the label \'a\', so that no alert can pass. Correct them.',
  ]],
])('%s', (_, props, findings) => {
  expect(findingsOf(props)).toEqual(findings);
});

describe('alerts of the app', () => {
  const alerts = (): SentAlert[] => [{ name: 'PodDown', labels: { severity: 'critical' } }, { name: 'DiskFull', labels: { severity: 'warning', team: 'db' }, unknownLabels: ['tier'] }];
  const misspelled = routed({ matchers: of('alertname="PodDwn"') });

  test('a route and an inhibition that some of them pass', () => {
    expect(findingsOf({
      ...routed({ matchers: of('alertname=~"Pod.*"', 'severity="critical"') }, { matchers: of('tier="1"', 'team="db"') }, { matchers: of('namespace="a"') }),
      inhibitRules: [{ source: of('alertname="PodDown"'), target: of('alertname="DiskFull"'), equal: ['node'] }],
    }, { alerts })).toEqual([]);
  });

  test('a name that none of them has', () => {
    expect(findingsOf(misspelled, { alerts })).toEqual([
      'warning route-without-alert: \'route.routes[0]\' → \'team\' {alertname="PodDwn"} matches none of the 2 alerts that the rules of this app can send; of the alert \'PodDwn\' the nearest is \'PodDown\'. Correct it, or take it away.',
    ]);
  });

  test('a severity that an alert of this name has not', () => {
    expect(findingsOf({ inhibitRules: [{ source: of('alertname="DiskFull"', 'severity="critical"'), target: of('severity="warning"'), equal: ['node'] }] }, { alerts })).toEqual([
      'warning inhibit-without-alert: \'inhibitRules[0].source\' {alertname="DiskFull", severity="critical"} matches none of the 2 alerts that the rules of this app can send. Correct it, or take it away.',
    ]);
  });

  test('alerts of others may be meant', () => {
    const said = ['note route-without-alert: \'route.routes[0]\' → \'team\' {alertname="PodDwn"} matches none of the 2 alerts that the rules of this app can send; of the alert \'PodDwn\' the nearest is \'PodDown\'. '
      + 'Correct it, or take it away; it may be meant for alerts that others send.'];
    expect(findingsOf(misspelled, { alerts, takesOthers: true })).toEqual(said);
    expect(findingsOf({ ...misspelled, allowFrom: [NetworkPeer.namespace('other')] }, { alerts })).toEqual(said);
  });
});
