/** What one line shows at one moment. */
export interface Point { records: number | null; bytes: number | null; lag: number | null }

/** Points of several lines over time, the oldest first; what is older than that is forgotten. */
export class Series {
  static readonly seconds = 900;
  readonly at: number[] = [];
  readonly rows: Map<string, Point>[] = [];

  add(at: number, row: Map<string, Point>): void {
    const last = this.at.length - 1;
    if (last >= 0 && this.at[last]! === at) {
      for (const [name, point] of row) this.rows[last]!.set(name, point);
      return;
    }
    // Lines do not go on where nobody looked.
    if (last >= 0 && at - this.at[last]! > 10) {
      this.at.push(this.at[last]! + 1);
      this.rows.push(new Map());
    }
    this.at.push(at);
    this.rows.push(row);
    while (at - this.at[0]! > Series.seconds) {
      this.at.shift();
      this.rows.shift();
    }
  }

  get latest(): Map<string, Point> { return this.rows[this.rows.length - 1] ?? new Map(); }
}

/** Asks again and again for what is new. */
export interface Feed { readonly every: number; ask(to: Series): Promise<void> }

interface History { at_ms: number[]; records_per_second: number[]; bytes_per_second: number[]; lag_records: number[] }

/** The last 15 minutes of flows, as the server keeps them. */
export class FlowFeed implements Feed {
  readonly every = 2000;
  private since = 0;

  constructor(private readonly flows: string[]) { }

  async ask(to: Series): Promise<void> {
    const told = await Promise.all(this.flows.map(async flow =>
      ({ flow, past: await json<History>(`/api/v1/flows/${encodeURIComponent(flow)}/history?since=${this.since}`) })));
    const rows = new Map<number, Map<string, Point>>();
    for (const { flow, past } of told) {
      past.at_ms.forEach((at, i) => {
        const row = rows.get(at) ?? rows.set(at, new Map()).get(at)!;
        row.set(flow, { records: past.records_per_second[i]!, bytes: past.bytes_per_second[i]!, lag: past.lag_records[i]! });
      });
    }
    for (const at of [...rows.keys()].sort((a, b) => a - b)) {
      to.add(at / 1000, rows.get(at)!);
      this.since = Math.max(this.since, at);
    }
  }
}

interface Lane { partition: number; records: number; bytes: number; lag_records: number | null }

/** The lanes of a topic that are most behind, from now on: nobody keeps their past. */
export class LaneFeed implements Feed {
  readonly every = 2000;
  private before = new Map<number, Lane>();
  private at = 0;

  constructor(private readonly flow: string, private readonly topic: string, private readonly most: number) { }

  async ask(to: Series): Promise<void> {
    const lanes = (await json<{ items: Lane[] }>(
      `/api/v1/lanes?flow=${encodeURIComponent(this.flow)}&topic=${encodeURIComponent(this.topic)}&top=${this.most}`)).items;
    const now = performance.now() / 1000;
    const row = new Map<string, Point>();
    for (const lane of lanes.sort((a, b) => a.partition - b.partition)) {
      const was = this.before.get(lane.partition);
      row.set(`partition ${lane.partition}`, {
        lag: lane.lag_records,
        records: was ? (lane.records - was.records) / (now - this.at) : null,
        bytes: was ? (lane.bytes - was.bytes) / (now - this.at) : null,
      });
    }
    this.before = new Map(lanes.map(lane => [lane.partition, lane]));
    this.at = now;
    to.add(Math.round(Date.now() / 1000), row);
  }
}

async function json<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return await answer.json() as T;
}
