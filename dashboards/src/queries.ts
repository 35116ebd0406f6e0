// SPDX-License-Identifier: Apache-2.0
// PromQL in the pieces that panels are made of. Every selector names job and instance; the other labels are those
// of the
// dashboard's variables.

// The variables of a dashboard beyond datasource, job and instance, as matchers of the labels of the same name.
export class Selection {
  private readonly matchers: string[];

  constructor(labels: readonly string[], fixed: readonly string[] = []) {
    this.matchers = [
      'job=~"$job"',
      'instance=~"$instance"',
      ...fixed,
      ...labels.map((label) => `${label}=~"$${label}"`),
    ];
  }

  // A metric of a target, narrowed to what the variables select, and further by `more`.
  of(metric: string, more = ''): string {
    return `${metric}{${[...this.matchers, ...(more ? [more] : [])].join(',')}}`;
  }
}

export const process = new Selection([]);

export const kAuto = '$__rate_interval';

// What puts us off for a reason that is trouble: greylisting passes, limits on rates answer our probing. As in the
// rules.
export const kTrouble = 'code=~"4..",outcome!~"greylisted|rate_limited"';
export const kTrouble451 = 'code="451",outcome!~"greylisted|rate_limited"';

// How many probes ended: as many as the sum of mailsonde_probes_total, in one series instead of one for each outcome.
export const kProbes = 'mailsonde_probe_duration_seconds_count';

export const rate = (series: string, window = kAuto): string => `rate(${series}[${window}])`;
export const increase = (series: string, window = kAuto): string => `increase(${series}[${window}])`;
export const sum = (series: string, by = ''): string => (by ? `sum by (${by}) (${series})` : `sum(${series})`);

// A quotient of sums; where nothing was counted there is no answer, rather than a division by zero.
export const share = (part: string, whole: string, by = '', window = kAuto): string =>
  `${sum(rate(part, window), by)}\n/\n(${sum(rate(whole, window), by)} > 0)`;

export const quantile = (q: number, buckets: string, by = '', window = kAuto): string =>
  `histogram_quantile(${q}, ${sum(rate(buckets, window), by ? `le, ${by}` : 'le')})`;

// How many series of the expression there are; 0 if none.
export const count = (expression: string): string => `count(${expression}) or vector(0)`;
