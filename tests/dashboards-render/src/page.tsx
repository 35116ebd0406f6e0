// SPDX-License-Identifier: Apache-2.0
// One dashboard as a page. Everything that goes wrong is sent back to the server that gave the page, as is the text
// shown.
import { dateTime, type TimeRange } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { PanelChrome, PortalContainer, ThemeContext } from '@grafana/ui';
import * as React from 'react';
import 'uplot/dist/uPlot.min.css';
import { createRoot } from 'react-dom/client';
import { framesOf, type PanelModel, theme } from './frames';
import { type Drawn, views } from './views';

const kCell = 38;
const kGap = 8;
const kWidth = 1600;
const problems: string[] = [];
window.addEventListener('error', (event) => problems.push(String(event.message)));
window.addEventListener('unhandledrejection', (event) => problems.push(String(event.reason)));

interface Page {
  title: string;
  start: number;
  end: number;
  steps: Record<number, number>;
  panels: PanelModel[];
  height: number;
}

class Caught extends React.Component<{ title: string; children: React.ReactNode }, { broken: boolean }> {
  override state = { broken: false };
  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }
  override componentDidCatch(error: Error): void {
    problems.push(`${this.props.title}: ${error.message}\n${error.stack}`);
  }
  override render(): React.ReactNode {
    return this.state.broken ? 'broken' : this.props.children;
  }
}

const Box = ({ drawn }: { drawn: Omit<Drawn, 'width' | 'height'> }): React.ReactElement => {
  const { panel } = drawn;
  const at = panel.gridPos;
  const width = (at.w * (kWidth - 2 * kGap)) / 24 - kGap;
  const height = at.h * kCell - kGap;
  const View = views[panel.type];
  const place = {
    position: 'absolute' as const,
    left: (at.x * (kWidth - 2 * kGap)) / 24 + kGap,
    top: 48 + at.y * kCell,
  };
  if (panel.type === 'row') return <div style={{ ...place, fontSize: 16 }}>{panel.title}</div>;
  if (!View) throw new Error(`no view for ${panel.type}`);
  const empty = drawn.frames.every((frame) => frame.length === 0);
  return (
    <div style={{ ...place, width, height }} data-panel={panel.id}>
      <PanelChrome title={panel.title} width={width} height={height} padding="sm">
        {(innerWidth: number, innerHeight: number) => (
          <Caught title={panel.title}>
            {empty ? (
              <div>{panel.fieldConfig.defaults['noValue'] ?? 'No data'}</div>
            ) : (
              <View {...drawn} width={innerWidth} height={innerHeight} />
            )}
          </Caught>
        )}
      </PanelChrome>
    </div>
  );
};

const draw = async (): Promise<void> => {
  await initPluginTranslations('grafana-ui', []);
  const page: Page = await (await fetch('page.json')).json();
  const range: TimeRange = {
    from: dateTime(page.start * 1000),
    to: dateTime(page.end * 1000),
    raw: { from: 'now-6h', to: 'now' },
  };
  const boxes = await Promise.all(
    page.panels.map(async (panel) => {
      const step = page.steps[panel.id] ?? 60;
      const times = Array.from(
        { length: Math.floor((page.end - page.start) / step) + 1 },
        (_, i) => (page.start + i * step) * 1000,
      );
      return { panel, range, frames: panel.type === 'row' ? [] : await framesOf(panel, () => times) };
    }),
  );
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <div style={{ position: 'absolute', left: kGap, top: 12, fontSize: 20 }}>{page.title}</div>
      {boxes.map((drawn) => (
        <Box key={drawn.panel.id} drawn={drawn} />
      ))}
      <PortalContainer />
    </ThemeContext.Provider>,
  );
};

const report = (): Promise<Response> =>
  fetch('done', { method: 'POST', body: JSON.stringify({ problems, text: document.body.innerText }) });

draw()
  .catch((error: Error) => problems.push(`${error.message}\n${error.stack}`))
  .then(() => new Promise((later) => setTimeout(later, 4000)))
  .then(report);
