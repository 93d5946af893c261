// Charts in the place of a page's sparklines. Without them everything is still told, in figures and words.
import { render } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './charts.css';
import { FlowFeed, LaneFeed, Series, type Feed, type Point } from './feed';

const MOST_LINES = 8;
const dark = matchMedia('(prefers-color-scheme: dark)');

type Field = keyof Point;

/** Three digits and a unit, as everywhere on the pages. */
function amount(value: number, isBytes: boolean): string {
  const units = isBytes ? ['B', 'KB', 'MB', 'GB', 'TB'] : ['', 'k', 'M', 'G', 'T'];
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${units[unit] ? ` ${units[unit]}` : ''}`;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The lines that are shown: those that are most behind, in the order of their names. */
function chosen(series: Series, most: number): string[] {
  const latest = [...series.latest].sort(([, a], [, b]) => (b.lag ?? 0) - (a.lag ?? 0)).slice(0, most).map(([name]) => name);
  return latest.sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

function Chart(props: { title: string; field: Field; isBytes: boolean; series: Series; names: string[]; seconds: number; at: number }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [themes, theme] = useReducer((count: number) => count + 1, 0);
  const { series, names, field, isBytes } = props;
  const first = series.at.findIndex(at => at >= (series.at[series.at.length - 1] ?? 0) - props.seconds);
  const at = series.at.slice(Math.max(first, 0));
  const rows = series.rows.slice(Math.max(first, 0));
  const lines = names.map(name => rows.map(row => row.get(name)?.[field] ?? null));
  const known = lines.flat().filter((value): value is number => value !== null);
  const now = names.map(name => series.latest.get(name)?.[field] ?? null).filter((value): value is number => value !== null);

  useEffect(() => {
    dark.addEventListener('change', theme);
    return () => dark.removeEventListener('change', theme);
  }, []);

  useEffect(() => {
    const show = (value: number | null) => value === null ? '–' : amount(value, isBytes);
    const axis = { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui' };
    const made = new uPlot({
      width: box.current!.clientWidth,
      height: 170,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { sync: { key: 'time' }, y: false, points: { size: 6 } },
      legend: { show: names.length > 1 },
      scales: { y: { range: (_, __, highest) => [0, highest > 0 ? highest * 1.1 : 1] } },
      axes: [
        { ...axis, size: 28, space: 76, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600], values: (_, splits, __, ___, step) => splits.map(at => new Date(at * 1000).toISOString().slice(11, step < 60 ? 19 : 16)) },
        { ...axis, size: 64, values: (_, splits) => splits.map(show) },
      ],
      series: [
        { value: (_, seconds) => seconds === null ? '' : new Date(seconds * 1000).toISOString().slice(11, 19) + 'Z' },
        ...names.map((name, i) => ({
          label: name, stroke: colour(`--line-${i + 1}`), width: 1.5, dash: i < 4 ? [] : [6, 3], spanGaps: false, points: { show: false },
          value: (_: uPlot, value: number | null) => show(value),
        })),
      ],
    }, [at, ...lines] as uPlot.AlignedData, box.current!);
    plot.current = made;
    const sizes = new ResizeObserver(() => box.current && made.setSize({ width: box.current.clientWidth, height: 170 }));
    sizes.observe(box.current!);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [names.join('\n'), field, themes]);

  useEffect(() => plot.current?.setData([at, ...lines] as uPlot.AlignedData), [props.at, props.seconds]);

  const sum = now.length === 0 ? '–' : amount(now.reduce((a, b) => a + b, 0), isBytes);
  const most = known.length === 0 ? '–' : amount(Math.max(...known), isBytes);
  return <figure>
    <figcaption>{props.title} <b>{sum}</b> <span class="dim">highest{names.length > 1 && ' of one'} {most}</span></figcaption>
    <div ref={box} role="img" aria-label={`${props.title}: ${sum} now, ${most} at most`} />
  </figure>;
}

function Charts(props: { feed: Feed; what: string }) {
  const series = useRef(new Series()).current;
  const [at, told] = useReducer((count: number) => count + 1, 0);
  const [seconds, choose] = useState(Series.seconds);
  const [isBytes, measure] = useState(false);
  useEffect(() => {
    let timer = 0;
    const ask = async () => {
      if (!document.hidden) {
        // Who does not answer is told of by the page.
        await props.feed.ask(series).then(() => told(undefined), () => undefined);
      }
      timer = window.setTimeout(ask, props.feed.every);
    };
    void ask();
    return () => clearTimeout(timer);
  }, []);
  const names = chosen(series, MOST_LINES);
  const hidden = series.latest.size - names.length;
  const pick = <T,>(value: T, now: T, text: string, to: (value: T) => void) =>
    <button type="button" aria-pressed={value === now} onClick={() => to(value)}>{text}</button>;
  const common = { series, names, seconds, at };
  return <>
    <div class="choices">
      <h2>{props.what}</h2>
      <span role="group" aria-label="time">
        {pick(60, seconds, '1 min', choose)}{pick(300, seconds, '5 min', choose)}{pick(900, seconds, '15 min', choose)}
      </span>
      <span role="group" aria-label="unit">{pick(false, isBytes, 'records', measure)}{pick(true, isBytes, 'bytes', measure)}</span>
    </div>
    <div class="plots">
      <Chart {...common} title={isBytes ? 'Bytes/s' : 'Records/s'} field={isBytes ? 'bytes' : 'records'} isBytes={isBytes} />
      <Chart {...common} title="Lag in records" field="lag" isBytes={false} />
    </div>
    {hidden > 0 && <p class="dim">And {hidden} more, which are less behind.</p>}
  </>;
}

function feedOf(place: HTMLElement): { feed: Feed; what: string } | null {
  const { flows, flow, topic } = place.dataset;
  return flow && topic ? { feed: new LaneFeed(flow, topic, MOST_LINES), what: 'Lanes that are most behind, since you look' }
    : flows ? { feed: new FlowFeed(flows.split('\n')), what: 'Last 15 minutes' }
    : null;
}

let shown: HTMLElement | null = null;

/** Draws where a page has a place for it, anew where the page was put in anew. */
function settle(): void {
  const place = document.querySelector<HTMLElement>('[data-charts]');
  if (place === shown) return;
  if (shown !== null) render(null, shown);
  shown = place;
  const made = place && feedOf(place);
  if (!place || !made) return;
  place.replaceChildren();
  place.dataset.drawn = '';
  render(<Charts {...made} />, place);
}

document.addEventListener('page', settle);
settle();
