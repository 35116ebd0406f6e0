// SPDX-License-Identifier: Apache-2.0
// Is mail getting out, and if not, whose fault is it? The page to open first.
import { type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as cells from './cells';
import { outcomeOverrides } from './colours';
import { page, type Section } from './frame';
import { badWorseGood, goodBelow, goodThenWorse, goodWorseBad, kDay, limit } from './limits';
import { bars, lanes, stat, table, trend } from './panels';
import {
  count,
  increase,
  kProbes,
  process,
  quantile,
  rate,
  Selection,
  share,
  sum,
  kTrouble451,
  kTrouble,
} from './queries';

const targets = new Selection(['source', 'kind', 'provider']);
const success = targets.of('mailsonde_probe_success');
const probes = targets.of(kProbes);
const expiry = targets.of('mailsonde_tls_certificate_not_after_timestamp_seconds');
const deferred = targets.of('mailsonde_smtp_replies_total', 'code=~"4..",outcome!="greylisted"');

const answers: Section = {
  panels: [
    stat({
      title: 'Targets failing',
      description:
        'Targets that mail does not get into now, from any of the selected sources. Bad: 1 or more. Sort the ' +
        'table below ' +
        'by Now and follow the link of the target.',
      unit: 'short',
      width: 4,
      thresholds: goodBelow(1),
      queries: [{ expr: count(`max by (target) (${success}) == 0`) }],
    }),
    stat({
      title: '4xx per probe',
      description:
        'Replies that put us off for a reason that is trouble, per probe, over 30m: greylisting and limits on ' +
        'rates are ' +
        'not counted. Yellow is where Mailsonde451Rising looks, red where MailsondeTemporaryFailuresRising does ' +
        'for a single ' +
        'target. Look at who and why below.',
      unit: 'percentunit',
      decimals: 1,
      width: 4,
      thresholds: goodWorseBad(limit('all451'), limit('temporaryFailures')),
      queries: [{ expr: share(targets.of('mailsonde_smtp_replies_total', kTrouble), probes, '', '30m') }],
    }),
    stat({
      title: 'Probing throttled',
      description:
        'Targets that answered our own probing with a limit for more than half of the last 1h ' +
        '(MailsondeProberThrottled): ' +
        'their probes say nothing about mail. Bad: many at one provider. Probe it less often.',
      unit: 'short',
      width: 4,
      thresholds: goodThenWorse(1),
      queries: [
        {
          expr: count(
            `max by (target) (avg_over_time(${targets.of('mailsonde_probe_throttled')}[1h])) > ${limit('throttled')}`,
          ),
        },
      ],
    }),
    stat({
      title: 'Sources blocked',
      description:
        'Outbound addresses that were refused as blocklisted twice or more within 2h ' +
        '(MailsondeSourceBlocklisted). Bad: 1 or ' +
        'more. Find the list in the reply, remove the cause, then ask to be taken off; until then send from another.',
      unit: 'short',
      width: 4,
      thresholds: goodBelow(1),
      queries: [
        {
          expr: count(
            `${sum(increase(targets.of('mailsonde_probes_total', 'outcome="blocklisted"'), '2h'), 'source')} >= ` +
              `${limit('blocklistedProbes')}`,
          ),
        },
      ],
    }),
    stat({
      title: 'Next certificate',
      description:
        'Time until the next certificate of a selected MX host or relay expires, of those that have not. Bad: ' +
        'under 14 ' +
        'days for a relay of your own (MailsondeRelayCertificateExpiring). Renew it. Expired ones stand in the table.',
      unit: 'dtdurations',
      decimals: 0,
      width: 4,
      thresholds: badWorseGood(kDay, limit('certificateDays') * kDay),
      noValue: 'none seen',
      queries: [{ expr: `min(last_over_time(${expiry}[1h]) - time() > 0)` }],
    }),
    stat({
      title: 'Faults suspected',
      description:
        'How many causes the diagnosis suspects now: your egress, a source, a provider, one MX host, a resolver, ' +
        'or only ' +
        'our probing. Bad: 1 or more. The table below names them.',
      unit: 'short',
      width: 4,
      thresholds: goodBelow(1),
      queries: [{ expr: count(`max by (scope, subject) (${process.of('mailsonde_fault_suspected')}) == 1`) }],
    }),
  ],
};

const reasons: Section = {
  panels: [
    trend({
      title: 'Temporary failures by provider',
      description:
        'Temporary refusals (4xx) per probe, greylisting apart. One line that leaves the others is that provider, ' +
        'or what it ' +
        'thinks of you; all lines together are your own side. The dashed line is where ' +
        'MailsondeTemporaryFailuresRising ' +
        'looks.',
      unit: 'percentunit',
      width: 14,
      height: 9,
      thresholds: goodBelow(limit('temporaryFailures')),
      showThresholds: true,
      overrides: [{ name: '/.*/', properties: cells.providerLink }],
      queries: [{ expr: share(deferred, probes, 'provider'), legend: '{{provider}}' }],
    }),
    table({
      title: 'Whose fault it is',
      description:
        'What the diagnosis suspects now, from many probes together. prober: only our probing is throttled. Empty ' +
        'is good. ' +
        'docs/diagnosis.md says what each scope means and what it was judged by.',
      unit: 'short',
      width: 10,
      height: 9,
      noValue: 'Nobody is suspected',
      columns: {
        scope: { name: 'Scope', properties: [cells.width(120)] },
        subject: { name: 'Subject' },
        'Value #A': { name: 'Verdict', properties: [...cells.wordCell(cells.suspectedOrNot), cells.width(110)] },
      },
      queries: [{ expr: `max by (scope, subject) (${process.of('mailsonde_fault_suspected')}) == 1` }],
    }),
    trend({
      title: 'Failed probes by outcome',
      description:
        'Share of all probes that ended in each outcome but ok. Bad: a colour that grows. docs/outcomes.md has a ' +
        'section ' +
        'for each, with what to do.',
      unit: 'percentunit',
      width: 14,
      height: 9,
      stacked: true,
      step: '10m',
      overrides: outcomeOverrides,
      queries: [
        {
          expr:
            `${sum(rate(targets.of('mailsonde_probe_failures_total')), 'outcome')}\n` +
            `/ on () group_left ()\n(${sum(rate(probes))} > 0)\n> 0`,
          legend: '{{outcome}}',
        },
      ],
    }),
    bars({
      title: '451 by cause',
      description:
        'Replies with code 451 over the last 1h by what they meant. rate_limited and server_overloaded: slow down ' +
        'and wait; ' +
        'greylisted passes by itself; reputation needs you.',
      unit: 'short',
      decimals: 0,
      width: 10,
      height: 9,
      overrides: outcomeOverrides,
      noValue: 'No 451 in the last hour',
      queries: [
        {
          expr: `${sum(increase(targets.of('mailsonde_smtp_replies_total', 'code="451"'), '1h'), 'outcome')} > 0`,
          legend: '{{outcome}}',
        },
      ],
    }),
  ],
};

const by = 'target, kind, provider';
const everyTarget: Section = {
  panels: [
    table({
      title: 'Targets',
      description:
        'Every selected target, those that fail most first; 4xx per probe and failed probes over 30m. The name leads ' +
        'to the dashboard of the target. Last probe above five intervals is stale (MailsondeTargetStale).',
      unit: 'short',
      width: 24,
      height: 12,
      sortBy: 'Failed probes',
      descending: true,
      columns: {
        target: { name: 'Target', properties: cells.targetLink },
        kind: { name: 'kind' },
        provider: { name: 'Provider' },
        instance: { name: 'instance' },
        'Value #A': { name: 'Now', properties: cells.wordCell(cells.passesOrFails) },
        'Value #B': { name: 'Probing', properties: cells.wordCell(cells.throttledOrNot) },
        'Value #C': {
          name: '4xx per probe',
          properties: cells.numberCell('percentunit', goodBelow(limit('temporaryFailures')), 0),
        },
        'Value #D': { name: 'Failed probes', properties: cells.numberCell('percentunit', undefined, 0) },
        'Value #E': {
          name: 'Certificate',
          properties: cells.numberCell('dtdurations', badWorseGood(0, limit('certificateDays') * kDay), 0),
        },
        'Value #F': {
          name: 'Intervals ago',
          properties: cells.numberCell('short', goodThenWorse(limit('staleIntervals')), 1),
        },
      },
      queries: [
        { expr: `max by (${by}, instance) (${success})` },
        { expr: `max by (${by}, instance) (${targets.of('mailsonde_probe_throttled')})` },
        {
          expr: share(targets.of('mailsonde_smtp_replies_total', kTrouble), probes, `${by}, instance`, '30m'),
        },
        { expr: share(targets.of('mailsonde_probe_failures_total'), probes, `${by}, instance`, '30m') },
        { expr: `min by (${by}, instance) (last_over_time(${expiry}[1h])) - time()` },
        {
          expr:
            `max by (${by}, instance) (\n  (time() - ${targets.of('mailsonde_probe_last_timestamp_seconds')})\n` +
            `  / ${targets.of('mailsonde_probe_interval_seconds')}\n)`,
        },
      ],
    }),
  ],
};

const suspected = process.of('mailsonde_fault_suspected');
const details: Section = {
  title: 'Where and how slowly',
  panels: [
    trend({
      title: 'Failed probes by stage',
      description:
        'Failed probes a second by the stage in which they ended. connect: network or firewall; banner: the host ' +
        'is full or ' +
        'does not want us; tls: certificates and versions; rcpt: what the server thinks of sender and recipient.',
      unit: 'ops',
      width: 12,
      stacked: true,
      step: '10m',
      queries: [
        {
          expr: `${sum(rate(targets.of('mailsonde_probe_failures_total')), 'stage')} > 0`,
          legend: '{{stage}}',
        },
      ],
    }),
    trend({
      title: '451 per probe by source',
      description:
        'As Mailsonde451Rising counts them: greylisting and limits on rates left out. Bad: above the dashed line ' +
        'for all ' +
        'sources. One source alone: see Sources & identity.',
      unit: 'percentunit',
      width: 12,
      thresholds: goodBelow(limit('all451')),
      showThresholds: true,
      queries: [
        {
          expr: share(targets.of('mailsonde_smtp_replies_total', kTrouble451), probes, 'source'),
          legend: '{{source}}',
        },
      ],
    }),
    trend({
      title: 'Duration of probes',
      description:
        'Half, and nine in ten, of all probes took no longer. Bad: the upper line rises and stays. Points are ' +
        'exemplars: ' +
        'their report_id stands in the log.',
      unit: 's',
      width: 12,
      step: '10m',
      queries: [0.5, 0.9].map((q) => ({
        expr: quantile(q, targets.of('mailsonde_probe_duration_seconds_bucket')),
        legend: `${100 * q} %`,
        exemplars: true,
      })),
    }),
    lanes({
      title: 'Faults suspected, over time',
      description:
        'When the diagnosis suspected whom. A lane that comes and goes is a threshold being met now and then.',
      unit: 'short',
      width: 12,
      mappings: cells.suspectedOrNot,
      thresholds: goodBelow(1),
      queries: [
        {
          expr:
            `max by (scope, subject) (${process.of('mailsonde_fault_suspected')})\n` +
            'and on (scope, subject)\n' +
            `max by (scope, subject) (max_over_time(${suspected}[$__range] @ end())) == 1`,
          legend: '{{scope}} {{subject}}',
        },
      ],
    }),
  ],
};

export const fleet = (): Dashboard =>
  page({
    uid: 'mailsonde-fleet',
    title: 'mailsonde / Fleet overview',
    description: 'Is mail getting out, and if not, whose fault is it?',
    variables: [
      {
        name: 'source',
        label: 'Source',
        metric: 'mailsonde_probe_interval_seconds{job=~"$job",instance=~"$instance"}',
      },
      { name: 'kind', label: 'Kind', metric: 'mailsonde_probe_interval_seconds{job=~"$job",instance=~"$instance"}' },
      {
        name: 'provider',
        label: 'Provider',
        metric: 'mailsonde_probe_interval_seconds{job=~"$job",instance=~"$instance",kind=~"$kind"}',
      },
    ],
    sections: [answers, reasons, everyTarget, details],
  });
