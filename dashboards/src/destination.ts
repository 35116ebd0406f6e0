// SPDX-License-Identifier: Apache-2.0
// One destination: does mail get in, through which of its hosts, what do they say, and since when?
import * as barchart from '@grafana/grafana-foundation-sdk/barchart';
import * as common from '@grafana/grafana-foundation-sdk/common';
import { type Dashboard, FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as cells from './cells';
import { outcomeOverrides } from './colours';
import { page, type Section } from './frame';
import { badBelow, badWorseGood, goodBelow, goodThenWorse, kDay, limit } from './limits';
import { kSource, type Placed, stat, table, trend } from './panels';
import { increase, kProbes, kTrouble451, quantile, rate, Selection, share, sum } from './queries';

const target = new Selection(['source', 'target'], ['kind="destination"']);
const success = target.of('mailsonde_probe_success');
const probes = target.of(kProbes);
const refusals = target.of('mailsonde_smtp_replies_total', 'code=~"[45].."');
const replies451 = target.of('mailsonde_smtp_replies_total', kTrouble451);
const expiry = target.of('mailsonde_tls_certificate_not_after_timestamp_seconds');

const answers: Section = {
  panels: [
    stat({
      title: 'Mail gets in',
      description:
        'Whether a normal MTA gets through now: from the best of the selected sources. fails: every host of the ' +
        'target failed ' +
        'its last probe. Look at the endpoints and at what they reply.',
      unit: 'short',
      width: 4,
      thresholds: badBelow(1),
      mappings: cells.passesOrFails,
      queries: [{ expr: `max(${success})` }],
    }),
    stat({
      title: '451 per probe',
      description:
        'Replies 451 per probe over 30m, greylisting and limits on rates left out. Red is where ' +
        'MailsondeTemporaryFailuresRising looks, if it is also above what is usual here: see the trend below.',
      unit: 'percentunit',
      decimals: 1,
      width: 4,
      thresholds: goodBelow(limit('temporaryFailures')),
      queries: [{ expr: share(replies451, probes, '', '30m') }],
    }),
    stat({
      title: 'Our probing throttled',
      description:
        'Share of the last 1h in which the answers were to our own probing. Above one half ' +
        '(MailsondeProberThrottled) the ' +
        'panels here say nothing about mail: probe less often.',
      unit: 'percentunit',
      decimals: 0,
      width: 4,
      thresholds: goodThenWorse(limit('throttled')),
      queries: [{ expr: `max(avg_over_time(${target.of('mailsonde_probe_throttled')}[1h]))` }],
    }),
    stat({
      title: 'Next certificate',
      description:
        'Until the first certificate of its hosts expires; negative: it has. Mail still goes there unless DANE, ' +
        'MTA-STS or ' +
        'a policy of yours demands a good one. Tell its postmaster.',
      unit: 'dtdurations',
      decimals: 0,
      width: 4,
      thresholds: badWorseGood(0, limit('certificateDays') * kDay),
      noValue: 'no TLS',
      queries: [{ expr: `min(last_over_time(${expiry}[1h]) - time())` }],
    }),
    stat({
      title: 'Since the last success',
      description:
        'How long ago a probe was ok. Bad: many intervals. The interval itself may have been stretched by politeness.',
      unit: 'dtdurations',
      decimals: 0,
      width: 4,
      queries: [{ expr: `time() - max(${target.of('mailsonde_probe_last_success_timestamp_seconds')})` }],
    }),
    stat({
      title: 'Hosts / addresses',
      description:
        'MX hosts of the destination, and their addresses that may be dialled. Bad: no address (MailsondeMxGone). ' +
        'Check the ' +
        'domain in DNS.',
      unit: 'short',
      width: 4,
      queries: [
        { expr: `max(${target.of('mailsonde_mx_hosts')})`, legend: 'hosts' },
        { expr: `max(${target.of('mailsonde_mx_addresses')})`, legend: 'addresses' },
      ],
    }),
  ],
};

const kBaseline = share(replies451, probes, '', '30m');

const replies: Section = {
  panels: [
    trend({
      title: 'Temporary and permanent refusals by code and cause',
      description:
        'Replies 4xx and 5xx a second, with their enhanced code and what they mean. A new line is news; ' +
        '`mailsonde explain` tells what to do about each.',
      unit: 'ops',
      width: 14,
      height: 9,
      stacked: true,
      overrides: outcomeOverrides,
      noValue: 'No refusal in this time',
      queries: [
        {
          expr: `${sum(rate(refusals), 'code, enhanced_code, outcome')} > 0`,
          legend: '{{code}} {{enhanced_code}} {{outcome}}',
        },
      ],
    }),
    trend({
      title: '451 per probe and what is usual here',
      description:
        'The share over windows of 30m, as the alert sees it, beside what it did not exceed for all but 5 % of ' +
        'the last 7d. ' +
        'Bad: above the dashed line and half as much again as usual (MailsondeTemporaryFailuresRising).',
      unit: 'percentunit',
      width: 10,
      height: 9,
      thresholds: goodBelow(limit('temporaryFailures')),
      showThresholds: true,
      queries: [
        { expr: share(replies451, probes, '', '30m'), legend: 'now' },
        { expr: `quantile_over_time(0.95, (\n${kBaseline}\n)[7d:30m] @ end() offset 1h)`, legend: 'usual' },
      ],
    }),
  ],
};

// The stages stand on each other in the order of the dialogue, which no query can say: the transformation does.
const kStages = [
  'dns',
  'connect',
  'banner',
  'ehlo',
  'starttls',
  'tls',
  'ehlo_tls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'eod',
  'quit',
];
const waterfall = (): Placed => ({
  width: 12,
  height: 9,
  builder: new barchart.PanelBuilder()
    .title('Last probe of each endpoint, stage by stage')
    .description(
      'Where the time of the last probe went, in the order of the dialogue. A long banner is a tarpit or a busy ' +
        'server, a ' +
        'long dns your resolver, a long connect the way there.',
    )
    .datasource(kSource)
    .unit('s')
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .orientation(common.VizOrientation.Horizontal)
    .stacking(common.StackingMode.Normal)
    .showValue(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .targets([
      new DataqueryBuilder()
        .datasource(kSource)
        .refId('A')
        .expr(
          'max by (endpoint, stage) (label_join(\n' +
            `  ${target.of('mailsonde_endpoint_stage_duration_seconds')},\n  "endpoint", " ", "mx", "family"\n))`,
        )
        .instant()
        .format(PromQueryFormat.Table),
    ])
    .transformations([
      { id: 'groupingToMatrix', options: { columnField: 'stage', rowField: 'endpoint', valueField: 'Value' } },
      {
        id: 'organize',
        options: {
          excludeByName: {},
          indexByName: Object.fromEntries(['endpoint\\stage', ...kStages].map((name, index) => [name, index])),
          renameByName: {},
        },
      },
    ]),
});

const endpoint = 'mx, family, source';
const hosts: Section = {
  panels: [
    table({
      title: 'Endpoints',
      description:
        'Each MX host, family and source by its last probe. One host that fails beside others that pass is the ' +
        'matter of ' +
        'its operator; one family that fails is often a route or a firewall.',
      unit: 'short',
      width: 12,
      height: 9,
      sortBy: 'Now',
      columns: {
        mx: { name: 'MX host' },
        family: { name: 'Family', properties: [cells.width(85)] },
        source: { name: 'Source', properties: [cells.width(90)] },
        'Value #A': { name: 'Now', properties: [...cells.wordCell(cells.passesOrFails), cells.width(80)] },
        'Value #B': { name: 'Last probe took', properties: [...cells.numberCell('s', undefined, 2), cells.width(150)] },
      },
      queries: [
        { expr: `min by (${endpoint}) (${target.of('mailsonde_endpoint_success')})` },
        { expr: `sum by (${endpoint}) (${target.of('mailsonde_endpoint_stage_duration_seconds')})` },
      ],
    }),
    waterfall(),
    table({
      title: 'TLS of each host',
      description:
        'By the last probe of each host: STARTTLS, session, certificate. Bad: not offered where it was ' +
        '(MailsondeStarttlsGone), ' +
        'or a version that differs between hosts.',
      unit: 'short',
      width: 24,
      height: 6,
      columns: {
        mx: { name: 'MX host' },
        'Value #A': { name: 'STARTTLS', properties: cells.wordCell(cells.offeredOrNot) },
        version: { name: 'Version' },
        cipher: { name: 'Cipher' },
        'Value #C': { name: 'Certificate', properties: cells.wordCell(cells.validOrNot) },
        'Value #D': {
          name: 'Expires in',
          properties: cells.numberCell('dtdurations', badWorseGood(0, limit('certificateDays') * kDay), 0),
        },
      },
      queries: [
        { expr: `min by (mx) (${target.of('mailsonde_starttls_advertised')})` },
        { expr: `max by (mx, version, cipher) (${target.of('mailsonde_tls_session_info')})` },
        { expr: `min by (mx) (${target.of('mailsonde_tls_certificate_valid')})` },
        { expr: `min by (mx) (last_over_time(${expiry}[1h])) - time()` },
      ],
    }),
  ],
};

const over: Section = {
  panels: [
    trend({
      title: 'Time of each stage',
      description:
        'Mean time of each stage over all endpoints, on each other. Bad: a layer that grows; banner and ehlo grow ' +
        'some minutes ' +
        'before a server is overloaded.',
      unit: 's',
      width: 12,
      stacked: true,
      queries: [
        {
          expr: share(
            target.of('mailsonde_stage_duration_seconds_sum'),
            target.of('mailsonde_stage_duration_seconds_count'),
            'stage',
          ),
          legend: '{{stage}}',
        },
      ],
    }),
    trend({
      title: 'Duration of probes',
      description:
        'Half, nine in ten, and 99 in a hundred probes took no longer. Points are exemplars: their report_id ' +
        'stands in the log.',
      unit: 's',
      width: 12,
      queries: [0.5, 0.9, 0.99].map((q) => ({
        expr: quantile(q, target.of('mailsonde_probe_duration_seconds_bucket')),
        legend: `${100 * q} %`,
        exemplars: true,
      })),
    }),
    trend({
      title: 'How probes ended',
      description: 'Share of each outcome. Green is ok; every other colour has its section in docs/outcomes.md.',
      unit: 'percentunit',
      max: 1,
      width: 12,
      stacked: true,
      overrides: outcomeOverrides,
      queries: [
        {
          expr:
            `${sum(rate(target.of('mailsonde_probes_total')), 'outcome')}\n` +
            `/ on () group_left ()\n(${sum(rate(probes))} > 0)\n> 0`,
          legend: '{{outcome}}',
        },
      ],
    }),
    trend({
      title: 'Gets in, from each source',
      description:
        'Share of the time in which mail would have got in. One source below the others: see Sources & identity.',
      unit: 'percentunit',
      max: 1,
      width: 12,
      queries: [{ expr: `avg by (source) (${success})`, legend: '{{source}}' }],
    }),
  ],
};

const rare: Section = {
  title: 'TLS handshakes, greylisting, turns left out, MX changes',
  panels: [
    trend({
      title: 'TLS handshakes by result',
      description: 'Attempts to use TLS a second. Bad: anything but ok, or an old version.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [
        {
          expr: `${sum(rate(target.of('mailsonde_tls_handshakes_total')), 'result, version')} > 0`,
          legend: '{{result}} {{version}}',
        },
      ],
    }),
    trend({
      title: 'Greylisting delay',
      description:
        'From the first reply that put a probe off until its retry was accepted, over 6h: median and nine in ten. ' +
        'Only where ' +
        'the module goes to RCPT. Bad: hours, then your own mail waits as long.',
      unit: 's',
      width: 12,
      noValue: 'No greylisting in this time',
      queries: [0.5, 0.9].map((q) => ({
        expr: quantile(q, target.of('mailsonde_greylist_delay_seconds_bucket'), '', '6h'),
        legend: `${100 * q} %`,
      })),
    }),
    trend({
      title: 'Turns left out, by reason',
      description:
        'Probes that were due and not sent, a second. shared is normal (another target asks the same host), ' +
        'backoff and budget ' +
        'mean that this target is seen less often, resources is trouble of your own host.',
      unit: 'ops',
      width: 12,
      stacked: true,
      noValue: 'Every probe was sent',
      queries: [{ expr: sum(rate(target.of('mailsonde_probes_suppressed_total')), 'reason'), legend: '{{reason}}' }],
    }),
    trend({
      title: 'Interval of probes, and changes of the MX set',
      description:
        'Time between probes as politeness leaves it, and changes of hosts or preferences within 1h ' +
        '(MailsondeMxChanged). A ' +
        'change that nobody announced deserves a look.',
      unit: 's',
      width: 12,
      overrides: [{ name: '/changes/', properties: [{ id: 'unit', value: 'short' }] }],
      queries: [
        {
          expr: `max by (source) (${target.of('mailsonde_probe_interval_seconds')})`,
          legend: 'interval from {{source}}',
        },
        { expr: `max(${increase(target.of('mailsonde_mx_changes_total'), '1h')})`, legend: 'changes of the MX set' },
      ],
    }),
  ],
};

const kKnown = 'mailsonde_probe_interval_seconds{job=~"$job",instance=~"$instance",kind="destination"';

export const destination = (): Dashboard =>
  page({
    uid: 'mailsonde-destination',
    title: 'mailsonde / Destination',
    description: 'One destination: does mail get in, through which hosts, what do they say, and since when?',
    variables: [
      { name: 'source', label: 'Source', metric: `${kKnown}}` },
      { name: 'provider', label: 'Provider', metric: `${kKnown}}` },
      { name: 'target', label: 'Target', metric: `${kKnown},provider=~"$provider"}`, single: true },
    ],
    sections: [answers, replies, hosts, over, rare],
  });
