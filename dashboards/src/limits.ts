// SPDX-License-Identifier: Apache-2.0
// The numbers that panels and alert rules share, and their colours. They stand in thresholds.json, each with the
// alert and
// the clause that it is in; tests/dashboards holds them against deploy/prometheus.
import { type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import numbers from './thresholds.json';

export type Limit = keyof typeof numbers;

export const limit = (name: Limit): number => numbers[name].value;

// Green and red only for good and bad; yellow is "look at it in working hours"; blue says nothing.
export const kGood = 'green';
export const kWorse = 'yellow';
export const kBad = 'red';
export const kPlain = 'blue';

const step = (value: number | null, color: string): Threshold => ({ value, color }) as Threshold;

export const plain: Threshold[] = [step(null, kPlain)];
export const goodBelow = (bad: number): Threshold[] => [step(null, kGood), step(bad, kBad)];
export const goodThenWorse = (worse: number): Threshold[] => [step(null, kGood), step(worse, kWorse)];
export const goodWorseBad = (worse: number, bad: number): Threshold[] => [
  step(null, kGood),
  step(worse, kWorse),
  step(bad, kBad),
];
export const badWorseGood = (worse: number, good: number): Threshold[] => [
  step(null, kBad),
  step(worse, kWorse),
  step(good, kGood),
];
export const worseBelow = (good: number): Threshold[] => [step(null, kWorse), step(good, kGood)];
export const badBelow = (good: number): Threshold[] => [step(null, kBad), step(good, kGood)];

export const kDay = 86400;
