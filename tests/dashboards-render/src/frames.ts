// SPDX-License-Identifier: Apache-2.0
// Answers of Prometheus as Grafana's data frames, with a panel's field configuration applied as Grafana does it.
import {
  createTheme,
  type DataFrame,
  type Field,
  FieldType,
  getDisplayProcessor,
  type GrafanaTheme2,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

export interface Row {
  metric: Record<string, string>;
  values?: Array<[number, string]>;
  value?: [number, string];
}
export interface Answer {
  refId: string;
  legend: string;
  table: boolean;
  rows: Row[];
}
interface Property {
  id: string;
  value?: unknown;
}
export interface PanelModel {
  id: number;
  type: string;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  interval?: string;
  options: Record<string, any>;
  fieldConfig: {
    defaults: Record<string, any>;
    overrides: Array<{ matcher: { id: string; options: string }; properties: Property[] }>;
  };
  transformations?: any[];
  answers: Answer[];
}

export const theme: GrafanaTheme2 = createTheme({ colors: { mode: 'dark' } });

standardTransformersRegistry.setInit(() =>
  [
    standardTransformers.mergeTransformer,
    standardTransformers.filterFieldsByNameTransformer,
    standardTransformers.organizeFieldsTransformer,
    standardTransformers.groupingToMatrixTransformer,
  ].map((transformation: any) => ({
    id: transformation.id,
    name: transformation.name,
    description: '',
    transformation: async () => transformation,
    editor: (() => null) as any,
    imageDark: '',
    imageLight: '',
  })),
);

const named = (legend: string, labels: Record<string, string>): string =>
  legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '');

const seriesFrame = (answer: Answer, row: Row, times: number[]): DataFrame => {
  const known = new Map(
    (row.values ?? [row.value!]).map(([at, value]) => [at * 1000, value === 'NaN' ? null : Number(value)]),
  );
  const name = answer.legend ? named(answer.legend, row.metric) : 'Value';
  return {
    refId: answer.refId,
    length: times.length,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: times },
      {
        name: 'Value',
        type: FieldType.number,
        labels: row.metric,
        config: { displayNameFromDS: name },
        values: times.map((at) => known.get(at) ?? null),
      },
    ],
  };
};

const tableFrame = (answer: Answer): DataFrame => {
  const labels = Object.keys(answer.rows[0]?.metric ?? {});
  const fields: Field[] = labels.map((label) => ({
    name: label,
    type: FieldType.string,
    config: {},
    values: answer.rows.map((row) => row.metric[label]),
  }));
  fields.push({
    name: 'Value',
    type: FieldType.number,
    config: {},
    values: answer.rows.map((row) => Number(row.value![1])),
  });
  return { refId: answer.refId, length: answer.rows.length, fields };
};

const setDeep = (config: any, id: string, value: unknown): void => {
  const path = id.split('.');
  const last = path.pop()!;
  let at = config;
  for (const part of path) at = at[part] = { ...at[part] };
  at[last] = value;
};

const matches = (matcher: { id: string; options: string }, name: string): boolean => {
  if (matcher.id === 'byRegexp') return new RegExp(matcher.options.replace(/^\/|\/$/g, '')).test(name);
  return matcher.options === name;
};

// Defaults, then what the data says of the field, then overrides by its name, then how its values are printed.
const configured = (panel: PanelModel, frames: DataFrame[]): DataFrame[] => {
  let index = 0;
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      if (field.type === FieldType.time) return { ...field, display: getDisplayProcessor({ field, theme }) };
      const config: any = { ...structuredClone(panel.fieldConfig.defaults), ...field.config };
      const name = config.displayName ?? config.displayNameFromDS ?? field.name;
      for (const { matcher, properties } of panel.fieldConfig.overrides) {
        if (matches(matcher, name)) for (const { id, value } of properties) setDeep(config, id, value);
      }
      delete config.links;
      const state = { displayName: name, seriesIndex: field.type === FieldType.number ? index++ : 0 };
      const made: Field = { ...field, config, state };
      made.display = getDisplayProcessor({ field: made, theme });
      return made;
    }),
  }));
};

export const framesOf = async (panel: PanelModel, times: (interval?: string) => number[]): Promise<DataFrame[]> => {
  const several = panel.answers.length > 1;
  const raw = panel.answers.flatMap((answer) => {
    if (!answer.table) {
      const points = answer.rows[0]?.values
        ? times(panel.interval)
        : [answer.rows[0]?.value?.[0] ?? 0].map((at) => at * 1000);
      return answer.rows.map((row) => seriesFrame(answer, row, points));
    }
    const frame = tableFrame(answer);
    if (several) frame.fields[frame.fields.length - 1]!.name = `Value #${answer.refId}`;
    else if (panel.type === 'table') frame.fields[frame.fields.length - 1]!.name = 'Value #A';
    return [frame];
  });
  const transformed = panel.transformations?.length
    ? await firstValueFrom(transformDataFrame(panel.transformations, raw))
    : raw;
  return configured(panel, transformed);
};
