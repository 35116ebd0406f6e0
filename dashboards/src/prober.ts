// SPDX-License-Identifier: Apache-2.0
// mailsonde itself: can what the other dashboards show be believed?
import { type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as cells from './cells';
import { page, type Section } from './frame';
import { badBelow, goodBelow, goodThenWorse, limit } from './limits';
import { lanes, stat, table, trend } from './panels';
import { count, increase, kProbes, process, quantile, rate, share, sum } from './queries';

const age = `(time() - ${process.of('mailsonde_probe_last_timestamp_seconds')})`;
const lag = process.of('mailsonde_schedule_lag_seconds_bucket');
const throttled = process.of('mailsonde_probe_throttled');
const ownScopes = 'scope=~"resolver|egress|prober"';
const lookups = process.of('mailsonde_dns_lookups_total');

const answers: Section = {
  panels: [
    stat({
      title: 'Scraped',
      description:
        'Whether Prometheus gets metrics from every selected instance. down: all other panels are old ' +
        '(MailsondeExporterDown).',
      unit: 'short',
      width: 4,
      thresholds: badBelow(1),
      mappings: cells.upOrDown,
      queries: [{ expr: `min(${process.of('up')})` }],
    }),
    stat({
      title: 'Configuration',
      description:
        'Whether the last load succeeded. refused: the file in place is bad, and a restart would fail ' +
        '(MailsondeConfigReloadFailed).',
      unit: 'short',
      width: 4,
      thresholds: badBelow(1),
      mappings: cells.loadedOrRefused,
      queries: [{ expr: `min(${process.of('mailsonde_config_last_reload_successful')})` }],
    }),
    stat({
      title: 'Probes start late by',
      description:
        'Nine in ten probes start within this time of their turn, over 30m. Bad: above 10 s ' +
        '(MailsondeScheduleLagging). Add ' +
        '--threads, or a shard.',
      unit: 's',
      decimals: 2,
      width: 4,
      thresholds: goodThenWorse(limit('scheduleLagSeconds')),
      queries: [{ expr: `max(${quantile(0.9, lag, 'instance', '30m')})` }],
    }),
    stat({
      title: 'Targets stale',
      description:
        'Targets whose last probe is five of their intervals ago, or more (MailsondeTargetStale). Bad: 1 or more, ' +
        'unless turns ' +
        'are left out for back-off.',
      unit: 'short',
      width: 4,
      thresholds: goodThenWorse(1),
      queries: [
        {
          expr: count(`${age} > ${limit('staleIntervals')} * ${process.of('mailsonde_probe_interval_seconds')}`),
        },
      ],
    }),
    stat({
      title: 'Targets',
      description: 'Configured targets by kind. Bad: fewer than you have (MailsondeTargetsMissing).',
      unit: 'short',
      width: 4,
      queries: [{ expr: sum(process.of('mailsonde_targets'), 'kind'), legend: '{{kind}}' }],
    }),
    stat({
      title: 'Throttled',
      description:
        'Targets that answer our own probing with a limit now. Bad: many. Lower per_provider_rate, or use longer ' +
        'intervals.',
      unit: 'short',
      width: 4,
      thresholds: goodThenWorse(1),
      queries: [{ expr: count(`max by (target) (${throttled}) == 1`) }],
    }),
  ],
};

const work: Section = {
  panels: [
    trend({
      title: 'Schedule lag',
      description:
        'How long after their time probes start: half, and nine in ten. Bad: rising, or above the dashed line.',
      unit: 's',
      width: 12,
      thresholds: goodThenWorse(limit('scheduleLagSeconds')),
      showThresholds: true,
      queries: [0.5, 0.9].map((q) => ({ expr: quantile(q, lag, 'instance'), legend: `{{instance}} ${100 * q} %` })),
    }),
    trend({
      title: 'Probes: started, and in flight',
      description:
        'Probes a second, and how many run now. In flight near max_probes_in_flight: dead hosts hold the places.',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(rate(process.of(kProbes)), 'instance'), legend: '{{instance}} a second' },
        { expr: sum(process.of('mailsonde_probes_in_flight'), 'instance'), legend: '{{instance}} in flight' },
      ],
    }),
    trend({
      title: 'Turns left out, by reason',
      description:
        'Probes that were due and not sent, a second. shared is normal; budget and backoff are politeness; ' +
        'resources is ' +
        'trouble of this host, identity that of a source whose names are not confirmed.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: sum(rate(process.of('mailsonde_probes_suppressed_total')), 'reason'), legend: '{{reason}}' }],
    }),
    trend({
      title: 'Throttled targets by provider',
      description:
        'Targets whose answers are to our own probing. A provider that stays here wants to be probed less often.',
      unit: 'short',
      width: 12,
      stacked: true,
      noValue: 'Nobody throttles us',
      queries: [{ expr: `${sum(`max by (target, provider) (${throttled})`, 'provider')} > 0`, legend: '{{provider}}' }],
    }),
  ],
};

const dns: Section = {
  panels: [
    trend({
      title: 'DNS: failed questions by server',
      description:
        'Share of questions to each server that got no usable answer (SERVFAIL, refused, no answer in time). Bad: ' +
        'one server ' +
        'above the others: take it out. All: the network.',
      unit: 'percentunit',
      width: 12,
      queries: [
        {
          expr: share(process.of('mailsonde_dns_lookups_total', 'rcode!~"NOERROR|NODATA|NXDOMAIN"'), lookups, 'server'),
          legend: '{{server}}',
        },
      ],
    }),
    trend({
      title: 'DNS: time to answer',
      description:
        'Nine in ten questions to each server were answered within this time. Bad: above 1 s: probes wait for it.',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: quantile(0.9, process.of('mailsonde_dns_lookup_duration_seconds_bucket'), 'server'),
          legend: '{{server}}',
        },
      ],
    }),
    lanes({
      title: 'Resolvers and probing under suspicion',
      description:
        'When the diagnosis suspected a resolver (MailsondeResolverFailing), your egress, or our own probing. ' +
        'Red: suspected.',
      unit: 'short',
      width: 12,
      mappings: cells.suspectedOrNot,
      thresholds: goodBelow(1),
      queries: [
        {
          expr: `max by (scope, subject) (${process.of('mailsonde_fault_suspected', ownScopes)})`,
          legend: '{{scope}} {{subject}}',
        },
      ],
    }),
    trend({
      title: 'Questions by type and answer',
      description:
        'Questions to DNS servers a second; answers out of the cache are not counted. Bad: anything but NOERROR ' +
        'that grows.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: `${sum(rate(lookups), 'rrtype, rcode')} > 0`, legend: '{{rrtype}} {{rcode}}' }],
    }),
  ],
};

const host: Section = {
  title: 'The process and its scrape',
  panels: [
    trend({
      title: 'Processor',
      description: 'Cores in use. Bad: as many as there are threads: probes start late then.',
      unit: 'short',
      decimals: 2,
      width: 8,
      step: '1m',
      queries: [{ expr: sum(rate(process.of('process_cpu_seconds_total')), 'instance'), legend: '{{instance}}' }],
    }),
    trend({
      title: 'Memory',
      description: 'Resident memory. Bad: growing while the number of targets does not.',
      unit: 'bytes',
      width: 8,
      step: '1m',
      queries: [{ expr: sum(process.of('process_resident_memory_bytes'), 'instance'), legend: '{{instance}}' }],
    }),
    trend({
      title: 'Descriptors in use',
      description:
        'Share of the allowed file descriptors. Bad: above 80 %: raise LimitNOFILE, or lower ' +
        'max_probes_in_flight.',
      unit: 'percentunit',
      width: 8,
      step: '1m',
      queries: [
        {
          expr: `max by (instance) (${process.of('process_open_fds')} / ${process.of('process_max_fds')})`,
          legend: '{{instance}}',
        },
      ],
    }),
    trend({
      title: 'Scrape: series',
      description: 'Samples in each scrape. Bad: a growth that no new target explains; look at the label overflow.',
      unit: 'short',
      width: 8,
      step: '1m',
      queries: [{ expr: `max by (instance) (${process.of('scrape_samples_scraped')})`, legend: '{{instance}}' }],
    }),
    trend({
      title: 'Scrape: duration',
      description: 'How long a scrape takes. Bad: near the scrape timeout.',
      unit: 's',
      width: 8,
      step: '1m',
      queries: [{ expr: `max by (instance) (${process.of('scrape_duration_seconds')})`, legend: '{{instance}}' }],
    }),
    trend({
      title: 'Label values that became other',
      description:
        'Within 1h: names from the network that were invalid or one too many (MailsondeLabelOverflow). The log ' +
        'names them.',
      unit: 'short',
      width: 8,
      step: '1m',
      queries: [
        {
          expr: `max by (instance) (${increase(process.of('mailsonde_label_overflow_total'), '1h')})`,
          legend: '{{instance}}',
        },
      ],
    }),
    trend({
      title: 'Log records by level',
      description: 'Records a second that mailsonde writes to its own log. Bad: error and warn that keep coming.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: sum(rate(process.of('mailsonde_log_messages_total')), 'level'), legend: '{{level}}' }],
    }),
    table({
      title: 'Instances',
      description:
        'What runs where, since when, and with how many threads. Instances of one job should be of one version.',
      unit: 'short',
      width: 12,
      height: 8,
      columns: {
        instance: { name: 'Instance', properties: [cells.width(150)] },
        version: { name: 'Version', properties: [cells.width(80)] },
        revision: { name: 'Revision', properties: [cells.width(120)] },
        'Value #B': { name: 'Up for', properties: cells.numberCell('dtdurations', undefined, 0) },
        'Value #C': { name: 'Threads', properties: [cells.width(90)] },
        'Value #D': { name: 'Loaded before', properties: cells.numberCell('dtdurations', undefined, 0) },
      },
      queries: [
        { expr: `max by (instance, version, revision) (${process.of('mailsonde_build_info')})` },
        { expr: `time() - max by (instance) (${process.of('process_start_time_seconds')})` },
        { expr: `max by (instance) (${process.of('process_threads')})` },
        { expr: `time() - max by (instance) (${process.of('mailsonde_config_last_reload_success_timestamp_seconds')})` },
      ],
    }),
  ],
};

export const prober = (): Dashboard =>
  page({
    uid: 'mailsonde-prober',
    title: 'mailsonde / Prober',
    description: 'mailsonde itself: can what the other dashboards show be believed?',
    variables: [],
    sections: [answers, work, dns, host],
  });
