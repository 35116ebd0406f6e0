// SPDX-License-Identifier: Apache-2.0
// What all dashboards have in common: variables, annotations, links, and where panels stand on the grid of 24 columns.
// The SDK's own placement can run past the last column, so every panel gets its place here.
import { type Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type GridPos,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { kSource, type Placed } from './panels';
import { process } from './queries';

export interface Variable {
  name: string;
  label: string;
  metric: string; // whose label of that name gives the values, with its matchers
  single?: boolean; // one value at a time; else several, or all
}

export interface Section {
  title?: string; // a section with a title is a collapsed row
  panels: Placed[];
}

export interface Page {
  uid: string;
  title: string;
  description: string;
  variables: Variable[];
  sections: Section[];
}

const kColumns = 24;
const kSchema = 39; // Grafana 11 to 13 read it as it is

const variable = (what: Variable): QueryVariableBuilder => {
  const made = new QueryVariableBuilder(what.name)
    .label(what.label)
    .datasource(kSource)
    .query({ qryType: 1, query: `label_values(${what.metric}, ${what.name})`, refId: `variable-${what.name}` })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  if (what.single) return made.multi(false).includeAll(false);
  return made
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
};

// Both are known from the start of a process; nothing else tells what is scraped from a mailsonde.
const kJob: Variable = { name: 'job', label: 'Job', metric: 'mailsonde_build_info' };
const kInstance: Variable = { name: 'instance', label: 'Instance', metric: 'mailsonde_build_info{job=~"$job"}' };

// The moments are the values of the series, so that an annotation stands where it belongs and not where a step falls.
const moment = (name: string, colour: string, expr: string, text: string): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(kSource)
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .expr(expr)
    .titleFormat(name)
    .textFormat(text)
    .step('1m')
    .useValueForTime(true);

const annotations = (): AnnotationQueryBuilder[] => [
  moment(
    'Reloads',
    'blue',
    `1000 * ${process.of('mailsonde_config_last_reload_success_timestamp_seconds')}`,
    '{{instance}} loaded its configuration',
  ),
  moment(
    'Versions',
    'purple',
    `1000 * ${process.of('process_start_time_seconds')}\n* on (job, instance) group_left (version)\n` +
      process.of('mailsonde_build_info'),
    '{{instance}} started as version {{version}}',
  ),
  new AnnotationQueryBuilder()
    .name('Alerts')
    .datasource(kSource)
    .enable(true)
    .hide(false)
    .iconColor('red')
    .expr('ALERTS{alertname=~"Mailsonde.+",alertstate="firing"}')
    .titleFormat('{{alertname}}')
    .textFormat('{{severity}} {{target}} {{provider}} {{source}}')
    .tagKeys('severity')
    .step('1m')
    .useValueForTime(false),
];

const at = (placed: Placed, id: number, gridPos: GridPos): Builder<Panel> => ({
  build: () => ({ ...placed.builder.build(), id, gridPos }),
});

// From left to right and from top to bottom, in lines as high as their first panel.
class Grid {
  private x = 0;
  private y = 0;
  private line = 0;
  private id = 0;

  place(placed: Placed): Builder<Panel> {
    if (this.x + placed.width > kColumns) this.next();
    if (this.x === 0) this.line = placed.height;
    if (placed.height !== this.line) throw new Error('panels of one line are of one height');
    const made = at(placed, ++this.id, { x: this.x, y: this.y, w: placed.width, h: placed.height });
    this.x += placed.width;
    return made;
  }

  row(title: string, panels: Placed[]): RowBuilder {
    if (this.x > 0) this.next();
    const row = new RowBuilder(title).collapsed(true).id(++this.id).gridPos({ x: 0, y: this.y, w: kColumns, h: 1 });
    // Inside a collapsed row panels stand where they will when it is opened; the next row follows right below this one.
    const below = new Grid();
    below.y = this.y + 1;
    below.id = this.id;
    for (const panel of panels) row.withPanel(below.place(panel));
    this.id = below.id;
    this.y += 1;
    return row;
  }

  private next(): void {
    this.x = 0;
    this.y += this.line;
  }
}

// The SDK gives every variable what only one of intervals has.
const plain = (made: VariableModel[]): VariableModel[] =>
  made.map((each) => {
    const { auto, auto_min, auto_count, ...rest } = each;
    return rest as VariableModel;
  });

// The SDK gives each the placement "inControlsMenu", by which Grafana 12 and 13 hide it in a menu.
const shown = <T extends { placement?: unknown }>(made: T[]): T[] =>
  made.map((each) => {
    const { placement, ...rest } = each;
    return rest as T;
  });

export const page = (what: Page): Dashboard => {
  const made = new DashboardBuilder(what.title)
    .uid(what.uid)
    .description(what.description)
    .tags(['mailsonde'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .refresh('1m')
    .link(
      new DashboardLinkBuilder('mailsonde')
        .type(DashboardLinkType.Dashboards)
        .tags(['mailsonde'])
        .icon('external link')
        .keepTime(true)
        .includeVars(true),
    )
    .annotations(annotations())
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const each of [kJob, kInstance, ...what.variables]) made.withVariable(variable(each));
  const grid = new Grid();
  for (const section of what.sections) {
    if (section.title) made.withRow(grid.row(section.title, section.panels));
    else for (const panel of section.panels) made.withPanel(grid.place(panel));
  }
  const built = made.build();
  return {
    ...built,
    schemaVersion: kSchema,
    links: shown(built.links ?? []),
    annotations: { list: shown(built.annotations?.list ?? []) },
    templating: { list: plain(built.templating?.list ?? []) },
  };
};
