// SPDX-License-Identifier: Apache-2.0
// The few kinds of panel that the dashboards are made of, with what they have in common: data source, unit, thresholds,
// a legend that is there on purpose. Where they stand is layout.ts's matter.
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import { type Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  type DataTransformerConfig,
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stats from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { type Override } from './colours';
import { plain } from './limits';

export const kSource: common.DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

// Probes come every two minutes or so: shorter steps than this would show single probes as spikes.
export const kProbeStep = '5m';

export interface Query {
  expr: string;
  legend?: string;
  exemplars?: boolean;
}

export interface Placed {
  builder: Builder<Panel>;
  width: number;
  height: number;
}

export interface Look {
  title: string;
  description: string;
  unit: string;
  width: number;
  height?: number;
  decimals?: number;
  thresholds?: Threshold[];
  mappings?: ValueMapping[];
  overrides?: Override[];
  noValue?: string;
}

export interface Trend extends Look {
  queries: Query[];
  step?: string;
  stacked?: boolean;
  max?: number;
  showThresholds?: boolean;
}

const letter = (index: number): string => String.fromCharCode(65 + index);

const target = (query: Query, index: number): DataqueryBuilder => {
  const made = new DataqueryBuilder().datasource(kSource).refId(letter(index)).expr(query.expr);
  if (query.legend !== undefined) made.legendFormat(query.legend);
  return made;
};

const ranged = (query: Query, index: number): DataqueryBuilder => {
  const made = target(query, index).range();
  return query.exemplars ? made.exemplar(true) : made;
};

const instant = (query: Query, index: number): DataqueryBuilder => target(query, index).instant();

const thresholds = (steps: Threshold[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);

const byThresholds = (): FieldColorBuilder => new FieldColorBuilder().mode(FieldColorModeId.Thresholds);

// What every builder of the SDK can do, though it has no type for that.
interface Common {
  title(title: string): this;
  description(text: string): this;
  datasource(source: common.DataSourceRef): this;
  unit(unit: string): this;
  decimals(count: number): this;
  mappings(mappings: ValueMapping[]): this;
  noValue(text: string): this;
  thresholds(steps: ThresholdsConfigBuilder): this;
  overrideByName(name: string, properties: DynamicConfigValue[]): this;
  overrideByRegexp(name: string, properties: DynamicConfigValue[]): this;
}

const dress = <T extends Common & Builder<Panel>>(panel: T, look: Look, height: number): Placed => {
  panel.title(look.title).description(look.description).datasource(kSource).unit(look.unit);
  panel.thresholds(thresholds(look.thresholds ?? plain));
  if (look.decimals !== undefined) panel.decimals(look.decimals);
  if (look.mappings) panel.mappings(look.mappings);
  if (look.noValue) panel.noValue(look.noValue);
  for (const { name, properties } of look.overrides ?? []) {
    if (name.startsWith('/')) panel.overrideByRegexp(name, properties);
    else panel.overrideByName(name, properties);
  }
  return { builder: panel, width: look.width, height: look.height ?? height };
};

// One number, or a few, of now.
export const stat = (look: Look & { queries: Query[] }): Placed => {
  const panel = new stats.PanelBuilder()
    .targets(look.queries.map(instant))
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .colorMode(look.thresholds ? common.BigValueColorMode.Background : common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .colorScheme(byThresholds());
  return dress(panel, look, 4);
};

// Lines, or areas on each other, over time.
export const trend = (look: Trend): Placed => {
  const isNarrow = look.width <= 8; // a table beside the lines would leave them no room
  const panel = new timeseries.PanelBuilder()
    .targets(look.queries.map(ranged))
    .interval(look.step ?? kProbeStep)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .lineWidth(look.stacked ? 0 : 2)
    .fillOpacity(look.stacked ? 80 : 0)
    .showPoints(common.VisibilityMode.Never)
    .min(0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(isNarrow ? common.LegendDisplayMode.List : common.LegendDisplayMode.Table)
        .placement(isNarrow ? common.LegendPlacement.Bottom : common.LegendPlacement.Right)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (look.max !== undefined) panel.max(look.max);
  if (look.stacked) panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (look.showThresholds) {
    panel.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  }
  return dress(panel, look, 8);
};

// Bars of now, one a series.
export const bars = (look: Look & { queries: Query[] }): Placed => {
  const panel = new bargauge.PanelBuilder()
    .targets(look.queries.map(instant))
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .colorScheme(byThresholds())
    .text(new common.VizTextDisplayOptionsBuilder().titleSize(14).valueSize(18))
    .min(0);
  return dress(panel, look, 8);
};

// What held when: one lane a series, of gauges that are 0 or 1.
export const lanes = (look: Look & { queries: Query[] }): Placed => {
  const panel = new statetimeline.PanelBuilder()
    .targets(look.queries.map(ranged))
    .interval('1m')
    .showValue(common.VisibilityMode.Never)
    .mergeValues(true)
    .fillOpacity(80)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(false)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .colorScheme(byThresholds());
  return dress(panel, look, 8);
};

export interface Column {
  name: string;
  properties?: DynamicConfigValue[];
}

export interface Rows extends Look {
  queries: Query[];
  columns: Record<string, Column>; // field of the merged queries ("target", "Value #A") -> how it is shown, in order
  sortBy?: string;
  descending?: boolean;
}

// Instant queries side by side: a row for each set of labels.
export const table = (look: Rows): Placed => {
  const fields = Object.keys(look.columns);
  const transformations: DataTransformerConfig[] = [
    { id: 'merge', options: {} },
    {
      id: 'filterFieldsByName',
      options: { include: { names: fields } },
    },
    {
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
        renameByName: Object.fromEntries(fields.map((field) => [field, look.columns[field]?.name ?? field])),
      },
    },
  ];
  const panel = new tables.PanelBuilder()
    .targets(look.queries.map((query, index) => instant(query, index).format(PromQueryFormat.Table)))
    .transformations(transformations)
    .showHeader(true)
    .filterable(true);
  if (look.sortBy) {
    const sort = new common.TableSortByFieldStateBuilder().displayName(look.sortBy).desc(look.descending ?? false);
    panel.sortBy([sort]);
  }
  for (const column of Object.values(look.columns)) {
    if (column.properties) panel.overrideByName(column.name, column.properties);
  }
  return dress(panel, look, 10);
};
