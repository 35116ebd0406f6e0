// SPDX-License-Identifier: Apache-2.0
// The kinds of panel by Grafana's own components. State timeline and bar chart live in Grafana's core only: what
// stands here
// for them shows the same values with the same colours, not the same shapes.
import {
  type DataFrame,
  type Field,
  FieldType,
  getFieldColorModeForField,
  type TimeRange,
  VizOrientation,
} from '@grafana/data';
import {
  BarGauge,
  BarGaugeDisplayMode,
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  Table,
  TimeSeries,
  VizLegend,
} from '@grafana/ui';
import * as React from 'react';
import { type PanelModel, theme } from './frames';

export interface Drawn {
  panel: PanelModel;
  frames: DataFrame[];
  range: TimeRange;
  width: number;
  height: number;
}

const numbers = (frames: DataFrame[]): Field[] =>
  frames.flatMap((frame) => frame.fields.filter((field) => field.type === FieldType.number));

const lastOf = (field: Field): any =>
  [...field.values].reverse().find((value) => value !== null && !Number.isNaN(value));

export const colourOf = (field: Field): string =>
  getFieldColorModeForField(field).getCalculator(field, theme)(0, 0) ?? theme.colors.text.primary;

const Stat = ({ panel, frames, width, height }: Drawn): React.ReactElement => {
  const fields = numbers(frames);
  return (
    <div style={{ display: 'flex' }}>
      {fields.map((field, index) => (
        <BigValue
          key={index}
          theme={theme}
          width={width / fields.length}
          height={height}
          colorMode={panel.options.colorMode as BigValueColorMode}
          graphMode={BigValueGraphMode.None}
          value={{
            ...field.display!(lastOf(field)),
            title: fields.length > 1 ? (field.state?.displayName ?? '') : undefined,
          }}
        />
      ))}
    </div>
  );
};

const Trend = ({ panel, frames, range, width, height }: Drawn): React.ReactElement => (
  <TimeSeries
    frames={frames}
    timeRange={range}
    timeZone="utc"
    width={width}
    height={height}
    legend={panel.options.legend}
    options={panel.options as any}
    replaceVariables={(text: string) => text}
  />
);

const Rows = ({ panel, frames, width, height }: Drawn): React.ReactElement => (
  <Table data={frames[0]!} width={width} height={height} initialSortBy={panel.options.sortBy} />
);

const Bars = ({ panel, frames, width, height }: Drawn): React.ReactElement => {
  const fields = numbers(frames);
  const shown = fields.map((field) => ({
    ...field.display!(lastOf(field)),
    color: colourOf(field),
    title: field.state?.displayName ?? '',
  }));
  const longest = (texts: string[]): string => texts.reduce((a, b) => (b.length > a.length ? b : a), '');
  // As the panel does: bars begin below each other.
  const room = { title: longest(shown.map((one) => one.title)), text: longest(shown.map((one) => one.text)) };
  return (
    <div>
      {fields.map((field, index) => (
        <BarGauge
          key={index}
          theme={theme}
          width={width}
          height={Math.min(60, height / fields.length)}
          field={{ ...field.config, min: 0, max: Math.max(...fields.map(lastOf)) } as any}
          display={field.display as any}
          orientation={VizOrientation.Horizontal}
          displayMode={BarGaugeDisplayMode.Basic}
          text={panel.options.text}
          alignmentFactors={room}
          value={shown[index]!}
        />
      ))}
    </div>
  );
};

const Lanes = ({ frames, width, height }: Drawn): React.ReactElement => {
  const fields = numbers(frames);
  const high = Math.min(28, height / fields.length);
  return (
    <div>
      {fields.map((field, index) => (
        <div key={index} style={{ display: 'flex', height: high, alignItems: 'center', fontSize: 11 }}>
          <span style={{ width: width / 3, overflow: 'hidden', whiteSpace: 'nowrap' }}>{field.state?.displayName}</span>
          {field.values.map((value, at) => (
            <span
              key={at}
              style={{ flex: 1, height: high - 4, background: value === null ? 'none' : field.display!(value).color }}
            />
          ))}
        </div>
      ))}
    </div>
  );
};

const Stack = ({ frames, height }: Drawn): React.ReactElement => {
  const frame = frames[0]!;
  const stages = frame.fields.filter((field) => field.type === FieldType.number);
  const total = (row: number): number => stages.reduce((sum, field) => sum + (Number(field.values[row]) || 0), 0);
  const longest = Math.max(...Array.from({ length: frame.length }, (_, row) => total(row)));
  const colours = stages.map((_, index) => theme.visualization.palette[index % theme.visualization.palette.length]!);
  return (
    <div>
      {Array.from({ length: frame.length }, (_, row) => (
        <div key={row} style={{ fontSize: 11, height: Math.min(50, height / frame.length - 20) }}>
          {String(frame.fields[0]!.values[row])}: {total(row).toFixed(2)} s
          <div style={{ display: 'flex', height: 22, width: `${(100 * total(row)) / longest}%` }}>
            {stages.map((field, index) => (
              <span
                key={index}
                style={{
                  flex: Number(field.values[row]) || 0,
                  background: theme.visualization.getColorByName(colours[index]!),
                }}
              />
            ))}
          </div>
        </div>
      ))}
      <VizLegend
        displayMode={'list' as any}
        placement="bottom"
        items={stages.map((field, index) => ({
          label: field.name,
          color: theme.visualization.getColorByName(colours[index]!),
          yAxis: 1,
        }))}
      />
    </div>
  );
};

export const views: Record<string, (drawn: Drawn) => React.ReactElement> = {
  stat: Stat,
  timeseries: Trend,
  table: Rows,
  bargauge: Bars,
  'state-timeline': Lanes,
  barchart: Stack,
};
