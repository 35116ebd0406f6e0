// SPDX-License-Identifier: Apache-2.0
// The outbound addresses: is one of them refused where the others are not?
import { type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as cells from './cells';
import { outcomeOverrides } from './colours';
import { page, type Section } from './frame';
import { goodBelow, goodThenWorse, limit, worseBelow } from './limits';
import { lanes, stat, table, trend } from './panels';
import { count, increase, kProbes, process, rate, Selection, share, sum } from './queries';

const seen = new Selection(['source', 'provider'], ['kind="destination"']);
const probes = seen.of(kProbes);
const success = seen.of('mailsonde_probe_success');
const ofUs = 'outcome=~"reputation|blocklisted|sender_identity|auth_policy"';
const refused = seen.of('mailsonde_probes_total', ofUs);
const reputation = seen.of('mailsonde_probes_total', 'outcome="reputation"');
const blocklisted = seen.of('mailsonde_probes_total', 'outcome="blocklisted"');
const turnsLost = (reason: string): string =>
  sum(increase(seen.of('mailsonde_probes_suppressed_total', `reason="${reason}"`), '1h'));
const suspectedSource = process.of('mailsonde_fault_suspected', 'scope="source"');
// Whether the names of a source are confirmed; the series call the source their subject.
const identity = (check = ''): string =>
  process.of('mailsonde_identity_check_ok', `subject=~"$source"${check && `,check="${check}"`}`);

const answers: Section = {
  panels: [
    stat({
      title: 'Sources suspected',
      description:
        'Outbound addresses that the diagnosis suspects: refused, dropped or gone while others are well. Bad: 1 ' +
        'or more ' +
        '(MailsondeSourceUnusable). Send from another one, then repair it.',
      unit: 'short',
      width: 4,
      thresholds: goodBelow(1),
      queries: [{ expr: count(`max by (subject) (${suspectedSource}) == 1`) }],
    }),
    stat({
      title: 'Sources blocklisted',
      description:
        'Sources refused as blocklisted twice or more within 2h (MailsondeSourceBlocklisted). Bad: 1 or more. The ' +
        'reply ' +
        'names the list; remove the cause before you ask to be taken off.',
      unit: 'short',
      width: 4,
      thresholds: goodBelow(1),
      queries: [{ expr: count(`${sum(increase(blocklisted, '2h'), 'source')} >= ${limit('blocklistedProbes')}`) }],
    }),
    stat({
      title: 'Worst reputation',
      description:
        'The largest share of probes that one provider refused to one source for its reputation, over 2h. Bad: ' +
        'above 20 % ' +
        '(MailsondeSourceReputationWorse). Cut the volume from there; read the postmaster pages of that provider.',
      unit: 'percentunit',
      decimals: 0,
      width: 4,
      thresholds: goodBelow(limit('reputation')),
      queries: [{ expr: `max(${share(reputation, probes, 'provider, source', '2h')})` }],
    }),
    stat({
      title: 'Refused for what we are',
      description:
        'Probes within 1h that ended as reputation, blocklisted, sender_identity or auth_policy: all four are ' +
        'yours to repair.',
      unit: 'short',
      decimals: 0,
      width: 4,
      thresholds: goodThenWorse(1),
      queries: [{ expr: sum(increase(refused, '1h')) }],
    }),
    stat({
      title: 'Names not confirmed',
      description:
        'HELO and PTR names of sources that do not lead to their address (MailsondeIdentityUnconfirmed). Bad: 1 or ' +
        'more. The table below says which, and what to publish.',
      unit: 'short',
      width: 4,
      thresholds: goodThenWorse(1),
      queries: [{ expr: count(`${identity()} == 0`) }],
    }),
    stat({
      title: 'Turns left out',
      description:
        'Probes within 1h that were not sent. No address: this host lacks the source address, a port or a ' +
        'descriptor. Unconfirmed: the names of the source are not confirmed, see require_identity. Bad: 1 or more.',
      unit: 'short',
      decimals: 0,
      width: 4,
      thresholds: goodThenWorse(1),
      queries: [
        { expr: turnsLost('resources'), legend: 'no address' },
        { expr: turnsLost('identity'), legend: 'unconfirmed' },
      ],
    }),
  ],
};

const compare: Section = {
  panels: [
    table({
      title: 'Each source at each provider',
      description:
        'How much of the time mail got in and what was refused for what we are, over 2h. The same provider well ' +
        'from one ' +
        'source and bad from another: it is the source. Bad from all: it is the provider, or the domain.',
      unit: 'short',
      width: 24,
      height: 10,
      sortBy: 'Refused for reputation',
      descending: true,
      columns: {
        provider: { name: 'Provider' },
        source: { name: 'Source' },
        'Value #A': { name: 'Mail gets in', properties: cells.numberCell('percentunit', undefined, 1) },
        'Value #B': {
          name: 'Refused for reputation',
          properties: cells.numberCell('percentunit', goodBelow(limit('reputation')), 1),
        },
        'Value #C': {
          name: 'Blocklisted',
          properties: cells.numberCell('short', goodBelow(limit('blocklistedProbes')), 0),
        },
        'Value #D': {
          name: 'Probing throttled',
          properties: cells.numberCell('percentunit', goodThenWorse(limit('throttled')), 0),
        },
      },
      queries: [
        { expr: `avg by (provider, source) (avg_over_time(${success}[2h]))` },
        { expr: share(reputation, probes, 'provider, source', '2h') },
        { expr: sum(increase(blocklisted, '2h'), 'provider, source') },
        { expr: `avg by (provider, source) (avg_over_time(${seen.of('mailsonde_probe_throttled')}[2h]))` },
      ],
    }),
    trend({
      title: 'Mail gets in, by source',
      description: 'Share of destinations that take mail from each source. Bad: one line below the others.',
      unit: 'percentunit',
      max: 1,
      width: 12,
      queries: [{ expr: `avg by (source) (${success})`, legend: '{{source}}' }],
    }),
    trend({
      title: 'Refused for reputation, by source and provider',
      description:
        'Share of probes, over 2h as the alert looks. Bad: above the dashed line from one source while another is ' +
        'well ' +
        '(MailsondeSourceReputationWorse).',
      unit: 'percentunit',
      width: 12,
      thresholds: goodBelow(limit('reputation')),
      showThresholds: true,
      step: '15m',
      noValue: 'No source was refused for its reputation',
      queries: [
        { expr: `${share(reputation, probes, 'provider, source', '2h')}\n> 0`, legend: '{{source}} at {{provider}}' },
      ],
    }),
    trend({
      title: 'Refused for what we are, by outcome',
      description: 'Probes a second by outcome. docs/outcomes.md says for each what to repair.',
      unit: 'ops',
      width: 12,
      stacked: true,
      overrides: outcomeOverrides,
      queries: [{ expr: sum(rate(refused), 'outcome'), legend: '{{outcome}}' }],
    }),
    lanes({
      title: 'Sources suspected, over time',
      description: 'When the diagnosis suspected which source, each against the others. Red: suspected.',
      unit: 'short',
      width: 12,
      mappings: cells.suspectedOrNot,
      thresholds: goodBelow(1),
      queries: [{ expr: `max by (subject) (${suspectedSource})`, legend: '{{subject}}' }],
    }),
  ],
};

// The column "What to do" of a check: 0 and 1 are those of the HELO name, 2 and 3 those of the PTR name.
const bySource = (series: string): string => `min by (instance, subject, check) (${series})`;
const remedy = `${bySource(identity('helo'))}\nor\n${bySource(identity('ptr'))} + 2`;

const names: Section = {
  panels: [
    table({
      title: 'Names of each source, now',
      description:
        'Whether the HELO name resolves to the address of the source, and a PTR name of the address resolves back. ' +
        'Bad: not confirmed, receivers may refuse mail from there. The log line "identity check" has the reason and ' +
        'the record to publish, `mailsonde check` prints it. What is unknown has no row: private addresses, NAT.',
      unit: 'short',
      width: 16,
      height: 7,
      sortBy: 'Is',
      columns: {
        subject: { name: 'Source', properties: [cells.width(110)] },
        check: { name: 'Name', properties: [cells.width(110), { id: 'mappings', value: cells.checks }] },
        'Value #A': { name: 'Is', properties: [cells.width(140), ...cells.wordCell(cells.confirmedOrNot)] },
        'Value #B': { name: 'What to do', properties: [cells.left, { id: 'mappings', value: cells.remedies }] },
        instance: { name: 'Prober', properties: [cells.width(150)] },
      },
      queries: [{ expr: bySource(identity()) }, { expr: remedy }],
    }),
    lanes({
      title: 'Names of each source, over time',
      description:
        'When which name was not confirmed (yellow). Looked at hourly, at the start and at each reload. A change ' +
        'without a change of yours: whoever runs the DNS of the name or of the address lost a record.',
      unit: 'short',
      width: 8,
      height: 7,
      mappings: cells.confirmedOrNot,
      thresholds: worseBelow(1),
      queries: [{ expr: `min by (subject, check) (${identity()})`, legend: '{{subject}} {{check}}' }],
    }),
  ],
};

const kKnown = 'mailsonde_probe_interval_seconds{job=~"$job",instance=~"$instance",kind="destination"}';

export const sources = (): Dashboard =>
  page({
    uid: 'mailsonde-sources',
    title: 'mailsonde / Sources & identity',
    description: 'The outbound addresses: is one of them refused where the others are not?',
    variables: [
      { name: 'source', label: 'Source', metric: kKnown },
      { name: 'provider', label: 'Provider', metric: kKnown },
    ],
    sections: [answers, compare, names],
  });
