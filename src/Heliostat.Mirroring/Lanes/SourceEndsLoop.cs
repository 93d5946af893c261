using System.Globalization;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Asks the source where its partitions end, whether or not anything moves, so that what a lane lags is true while it stands still; and for
/// whose transaction a lane waits. One request a broker and interval, however many lanes.
/// </summary>
/// <param name="lanes">The lanes that are open.</param>
/// <param name="source">Knows all topics of the source.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class SourceEndsLoop(Func<IEnumerable<Lane>> lanes, KafkaClient source, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Without patience: a partition without a leader must not hold up the others.
    private readonly AdminClient _admin = new(source, time, patience: TimeSpan.Zero);
    private readonly OpenTransactions _transactions = new(new AdminClient(source, time, patience: TimeSpan.Zero));

    private Rounds? _rounds;

    /// <summary>When the question that is under way was asked; 0 while none is.</summary>
    private long _askedAt;

    /// <summary>Why records are not fetched now; null while they are. That is known long before a question has waited in vain.</summary>
    public required Func<Exception?> Fetching { get; init; }

    /// <summary>Why the ends are not known now; null while the source tells them.</summary>
    public Trouble? Trouble => Fetching() is { } failure ? Trouble.Of(failure) : Volatile.Read(ref _rounds)?.Trouble ?? Unanswered();

    /// <summary>That the source is away others log; the ends become unknown.</summary>
    public Task RunAsync(CancellationToken ct)
    {
        var rounds = new Rounds(Interval, AskAsync, tell: null, time);
        Volatile.Write(ref _rounds, rounds);
        return rounds.RunAsync(ct);
    }

    private Trouble? Unanswered() =>
        Volatile.Read(ref _askedAt) is var at and not 0 && time.GetElapsedTime(at) is var waits && waits > Interval
            ? new Trouble(TroubleKind.Unreachable, TroubleSide.Source,
                string.Create(CultureInfo.InvariantCulture, $"has not told for {waits.TotalSeconds:0} s where its partitions end"))
            : null;

    private async Task AskAsync(CancellationToken ct)
    {
        Volatile.Write(ref _askedAt, time.GetTimestamp());
        try
        {
            await AskAllAsync(ct);
        }
        finally
        {
            Volatile.Write(ref _askedAt, 0);
        }
    }

    private async Task AskAllAsync(CancellationToken ct)
    {
        var known = source.Metadata.Current;
        var byPartition = lanes().Where(lane => known.Find(lane.Plan.Source) is { Leader: >= 0 }).ToDictionary(lane => lane.Plan.Source);
        if (byPartition.Count == 0)
        {
            return;
        }

        var ends = await _admin.ListOffsetsAsync(byPartition.Keys.ToDictionary(partition => partition, _ => OffsetSpec.Latest),
            IsolationLevel.ReadUncommitted, ct);
        foreach (var (partition, end) in ends)
        {
            if (end.ErrorCode == ErrorCode.None)
            {
                byPartition[partition].Told(end.Offset);
            }
        }

        await NameTransactionsAsync(byPartition.Values, ct);
    }

    private async Task NameTransactionsAsync(IEnumerable<Lane> open, CancellationToken ct)
    {
        var held = open.Select(lane => (Lane: lane, At: lane.Snapshot().HeldAt))
            .Where(entry => entry.At is not null).ToDictionary(entry => entry.Lane.Plan.Source, entry => (entry.Lane, At: entry.At!.Value));
        if (held.Count == 0)
        {
            return;
        }

        string? first = null;
        foreach (var (partition, transaction) in await _transactions.FindAsync([.. held.Keys], ct))
        {
            var (lane, at) = held[partition];
            var cause = $"source: {partition.Topic}-{partition.Partition}: {transaction.Describe(at, lane.Snapshot().HeldSince)}";
            lane.Hold(at, cause);
            first ??= cause;
        }

        LogHeld(logger, held.Count, first!);
    }

    [LoggerMessage(EventIds.LanesHeld, LogLevel.Warning, "lanes that wait for the end of a transaction: {Count}; {Cause}")]
    private static partial void LogHeld(ILogger logger, int count, string cause);
}
