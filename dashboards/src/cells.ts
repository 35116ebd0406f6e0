// SPDX-License-Identifier: Apache-2.0
// How values and columns are shown: words for 0 and 1, coloured cells, links that keep time range and variables.
import { type DynamicConfigValue, type Threshold, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { kBad, kGood, kPlain, kWorse } from './limits';

const words = (zero: [string, string], one: [string, string]): ValueMapping[] => [
  {
    type: 'value',
    options: {
      '0': { text: zero[0], color: zero[1], index: 0 },
      '1': { text: one[0], color: one[1], index: 1 },
    },
  } as ValueMapping,
];

export const passesOrFails = words(['fails', kBad], ['passes', kGood]);
export const throttledOrNot = words(['no', kGood], ['throttled', kWorse]);
export const suspectedOrNot = words(['no', 'transparent'], ['suspected', kBad]);
export const offeredOrNot = words(['not offered', kWorse], ['offered', kGood]);
export const validOrNot = words(['invalid', kWorse], ['valid', kGood]);
export const loadedOrRefused = words(['refused', kBad], ['loaded', kGood]);
export const upOrDown = words(['down', kBad], ['up', kGood]);

export const confirmedOrNot = words(['not confirmed', kWorse], ['confirmed', kGood]);

const texts = (of: Record<string, string>): ValueMapping[] => [
  {
    type: 'value',
    options: Object.fromEntries(Object.entries(of).map(([value, text], index) => [value, { text, index }])),
  } as ValueMapping,
];

export const checks = texts({ helo: 'HELO name', ptr: 'PTR name' });
export const remedies = texts({
  '0': 'Publish A or AAAA of the HELO name, or change helo of the source',
  '1': 'Nothing',
  '2': 'Have a PTR published whose name leads back to the address',
  '3': 'Nothing',
});

const coloured: DynamicConfigValue = { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } };

export const width = (pixels: number): DynamicConfigValue => ({ id: 'custom.width', value: pixels });

// Words in place of numbers, which stand to the right.
export const left: DynamicConfigValue = { id: 'custom.align', value: 'left' };

// A column of words on a coloured ground.
export const wordCell = (mappings: ValueMapping[]): DynamicConfigValue[] => [
  { id: 'mappings', value: mappings },
  coloured,
];

// A column of numbers; coloured where thresholds are given.
export const numberCell = (unit: string, steps?: Threshold[], decimals?: number): DynamicConfigValue[] => [
  { id: 'unit', value: unit },
  ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
  ...(steps ? [{ id: 'thresholds', value: { mode: 'absolute', steps } }, coloured] : []),
];

const kKeep =
  '${__url_time_range}&${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${source:queryparam}';

// Leads from a target's name to its dashboard; the row must have the field `kind`, whose values end the dashboards'
// uids.
export const targetLink: DynamicConfigValue[] = [
  {
    id: 'links',
    value: [
      {
        title: 'This target in detail',
        url: '/d/mailsonde-${__data.fields.kind}?' + kKeep + '&var-target=${__value.text:percentencode}',
      },
    ],
  },
];

// Leads from a provider's name to the sources that are seen from there.
export const providerLink: DynamicConfigValue[] = [
  {
    id: 'links',
    value: [
      {
        title: 'How this provider sees each source',
        url: '/d/mailsonde-sources?' + kKeep + '&var-provider=${__field.labels.provider:percentencode}',
      },
    ],
  },
];

export const plainColour: DynamicConfigValue = { id: 'color', value: { mode: 'fixed', fixedColor: kPlain } };
