// SPDX-License-Identifier: Apache-2.0
// The operator's own relays: do they take mail, does the login work, how fast, and how much of the error budget is
// left?
import { type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as cells from './cells';
import { outcomeOverrides } from './colours';
import { page, type Section } from './frame';
import { badWorseGood, goodBelow, goodThenWorse, goodWorseBad, kDay, limit } from './limits';
import { stat, table, trend } from './panels';
import { count, increase, kProbes, quantile, rate, Selection, share, sum } from './queries';

const relay = new Selection(['source', 'target'], ['kind="relay"']);
const success = relay.of('mailsonde_probe_success');
const probes = relay.of(kProbes);
const duration = relay.of('mailsonde_probe_duration_seconds_bucket');
const auth = relay.of('mailsonde_probe_failures_total', 'stage="auth",outcome="auth_failed"');
const refusals = relay.of('mailsonde_smtp_replies_total', 'code=~"[45].."');
const failures = relay.of('mailsonde_probe_failures_total');
const kReply = 'code, enhanced_code, outcome';
const expiry = relay.of('mailsonde_tls_certificate_not_after_timestamp_seconds');

// The part of a time in which mail did not get in from whichever source did best, in units of what may be missed.
const burn = (window: string, by = 'target'): string =>
  `(1 - max by (${by}) (avg_over_time(${success}[${window}]))) / ${limit('errorBudget')}`;

// From the first time on, with the zeros in between: few failures are points far apart, and no line joins them.
const occurring = (series: string, times: string): string => `${series}\nand\n${times} > 0`;

const answers: Section = {
  panels: [
    stat({
      title: 'Relays down',
      description:
        'Relays that take no mail now, from any selected source (MailsondeRelayDown). Bad: 1 or more. What they ' +
        'say stands below.',
      unit: 'short',
      width: 4,
      thresholds: goodBelow(1),
      queries: [{ expr: count(`max by (target) (${success}) == 0`) }],
    }),
    stat({
      title: 'Logins refused',
      description:
        'Probes that ended as auth_failed at AUTH within 1h. Bad: 2 or more (MailsondeRelayAuthFailing). Check ' +
        'the password ' +
        'file and the account; mailsonde tries less and less often, so as not to have it locked.',
      unit: 'short',
      decimals: 0,
      width: 4,
      thresholds: goodBelow(limit('authFailures')),
      queries: [{ expr: sum(increase(auth, '1h')) }],
    }),
    stat({
      title: 'Slowest relay',
      description:
        'Three in four of its probes took no longer, over 30m. Bad: above 5 s, if that is also unusual ' +
        '(MailsondeRelayLatencyHigh). See which stage below.',
      unit: 's',
      decimals: 2,
      width: 4,
      thresholds: goodThenWorse(limit('relayLatencySeconds')),
      queries: [{ expr: `max(${quantile(0.75, duration, 'target', '30m')})` }],
    }),
    stat({
      title: 'Burn rate, 1h',
      description:
        'How many times faster than it may the worst relay spends its error budget of 1 % of the time. Yellow and ' +
        'red are ' +
        'where MailsondeRelayErrorBudgetBurn pages over 6h and over 1h.',
      unit: 'short',
      decimals: 1,
      width: 4,
      thresholds: goodWorseBad(limit('slowBurn'), limit('fastBurn')),
      queries: [{ expr: `max(${burn('1h')})` }],
    }),
    stat({
      title: 'Error budget left, 30d',
      description: 'Of 30d, what the worst relay may still fail. Bad: below 0. Only as long as Prometheus remembers.',
      unit: 'percentunit',
      decimals: 0,
      width: 4,
      thresholds: badWorseGood(0, 0.25),
      queries: [{ expr: `1 - max(${burn('30d')})` }],
    }),
    stat({
      title: 'Next certificate',
      description:
        'Until the first certificate of a relay, or of its chain, expires. Bad: under 14 days ' +
        '(MailsondeRelayCertificateExpiring). Renew it and reload the server.',
      unit: 'dtdurations',
      decimals: 0,
      width: 4,
      thresholds: badWorseGood(0, limit('certificateDays') * kDay),
      noValue: 'no TLS',
      queries: [{ expr: `min(last_over_time(${expiry}[1h]) - time())` }],
    }),
  ],
};

const trends: Section = {
  panels: [
    table({
      title: 'Relays',
      description: 'Each relay: whether it takes mail now, its burn rates over 1h and 6h, TLS. The failing ones first.',
      unit: 'short',
      width: 24,
      height: 7,
      sortBy: 'Now',
      columns: {
        target: { name: 'Relay', properties: cells.targetLink },
        kind: { name: 'kind' },
        instance: { name: 'instance' },
        'Value #A': { name: 'Now', properties: cells.wordCell(cells.passesOrFails) },
        'Value #B': {
          name: 'Burn rate 1h',
          properties: cells.numberCell('short', goodWorseBad(limit('slowBurn'), limit('fastBurn')), 1),
        },
        'Value #C': {
          name: 'Burn rate 6h',
          properties: cells.numberCell('short', goodBelow(limit('slowBurn')), 1),
        },
        'Value #D': { name: 'Certificate', properties: cells.wordCell(cells.validOrNot) },
        'Value #E': {
          name: 'Expires in',
          properties: cells.numberCell('dtdurations', badWorseGood(0, limit('certificateDays') * kDay), 0),
        },
      },
      queries: [
        { expr: `max by (target, kind, instance) (${success})` },
        { expr: burn('1h', 'target, kind, instance') },
        { expr: burn('6h', 'target, kind, instance') },
        { expr: `min by (target, kind, instance) (${relay.of('mailsonde_tls_certificate_valid')})` },
        { expr: `min by (target, kind, instance) (last_over_time(${expiry}[1h])) - time()` },
      ],
    }),
    trend({
      title: 'Submission works',
      description: 'From the best source, each relay: 100 % is up. A notch is an outage; its length is what it cost.',
      unit: 'percentunit',
      max: 1,
      width: 12,
      step: '1m',
      queries: [{ expr: `max by (target) (${success})`, legend: '{{target}}' }],
    }),
    trend({
      title: 'Error budget burn',
      description:
        'Over 1h: 1 is what the budget allows for good; the dashed lines are where the alerts of 6h and of 1h page.',
      unit: 'short',
      width: 12,
      thresholds: goodWorseBad(limit('slowBurn'), limit('fastBurn')),
      showThresholds: true,
      queries: [{ expr: burn('1h'), legend: '{{target}}' }],
    }),
    trend({
      title: 'Failed probes by outcome',
      description:
        'Share of probes that ended in each outcome but ok. docs/outcomes.md says for each what to do on your own ' +
        'server.',
      unit: 'percentunit',
      width: 12,
      stacked: true,
      overrides: outcomeOverrides,
      noValue: 'No probe failed in this time',
      queries: [
        {
          expr: occurring(
            `${sum(rate(failures), 'outcome')}\n/ on () group_left ()\n(${sum(rate(probes))} > 0)`,
            sum(increase(failures, '$__range'), 'outcome'),
          ),
          legend: '{{outcome}}',
        },
      ],
    }),
    trend({
      title: 'Duration of probes',
      description:
        'Three in four probes of each relay took no longer. Bad: above the dashed line, or twice what is usual. ' +
        'Points are ' +
        'exemplars: their report_id stands in the log.',
      unit: 's',
      width: 12,
      thresholds: goodThenWorse(limit('relayLatencySeconds')),
      showThresholds: true,
      queries: [{ expr: quantile(0.75, duration, 'target'), legend: '{{target}}', exemplars: true }],
    }),
  ],
};

const details: Section = {
  title: 'Stages, AUTH, replies, TLS',
  panels: [
    trend({
      title: 'Time of each stage',
      description:
        'Mean time of each stage, on each other. auth: the user store; tls: the processor; banner: milters, DNS ' +
        'of the server.',
      unit: 's',
      width: 12,
      stacked: true,
      queries: [
        {
          expr: share(
            relay.of('mailsonde_stage_duration_seconds_sum'),
            relay.of('mailsonde_stage_duration_seconds_count'),
            'stage',
          ),
          legend: '{{stage}}',
        },
      ],
    }),
    trend({
      title: 'AUTH: time and refusals',
      description:
        'Nine in ten logins took no longer, and logins refused within 1h. Slow logins are the user store (LDAP, ' +
        'SQL, a slow hash).',
      unit: 's',
      width: 12,
      overrides: [
        {
          name: '/refused/',
          properties: [
            { id: 'unit', value: 'short' },
            { id: 'custom.axisPlacement', value: 'right' },
          ],
        },
      ],
      noValue: 'No login: no relay has credentials',
      queries: [
        {
          expr: quantile(0.9, relay.of('mailsonde_stage_duration_seconds_bucket', 'stage="auth"'), 'target'),
          legend: '{{target}} 90 %',
        },
        { expr: sum(increase(auth, '1h'), 'target'), legend: '{{target}} refused' },
      ],
    }),
    trend({
      title: 'Refusals by code and cause',
      description:
        'Replies 4xx and 5xx a second, with their enhanced code and what they mean. The log of the server at that ' +
        'moment has the reason.',
      unit: 'ops',
      width: 12,
      stacked: true,
      overrides: outcomeOverrides,
      noValue: 'No refusal in this time',
      queries: [
        {
          expr: occurring(
            sum(rate(refusals), kReply),
            sum(increase(refusals, '$__range'), kReply),
          ),
          legend: '{{code}} {{enhanced_code}} {{outcome}}',
        },
      ],
    }),
    trend({
      title: 'TLS handshakes by result',
      description: 'Attempts to use TLS a second. Bad: anything but ok: clients of this relay see the same.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [
        {
          expr: sum(rate(relay.of('mailsonde_tls_handshakes_total')), 'result, version'),
          legend: '{{result}} {{version}}',
        },
      ],
    }),
  ],
};

const kKnown = 'mailsonde_probe_interval_seconds{job=~"$job",instance=~"$instance",kind="relay"}';

export const relays = (): Dashboard =>
  page({
    uid: 'mailsonde-relay',
    title: 'mailsonde / Relay',
    description:
      'Your own relays: do they take mail, does the login work, how fast, and how much of the error budget is ' +
      'left?',
    variables: [
      { name: 'source', label: 'Source', metric: kKnown },
      { name: 'target', label: 'Relay', metric: kKnown },
    ],
    sections: [answers, trends, details],
  });
