using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Quotas;

/// <summary>Makes quotas of clients on the target like the source's. For one caller at a time.</summary>
/// <param name="interval">From one look to the next.</param>
/// <param name="ledger">What is known to be copied.</param>
/// <param name="sides">What the clusters are called.</param>
/// <param name="source">Asks the source.</param>
/// <param name="target">Asks and alters the target.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class QuotaSync(
    TimeSpan interval, QuotaLedger ledger, SideNames sides, AdminClient source, AdminClient target, FlowScope scope)
{
    private const int AtOnce = 100;
    private const int MostNamed = 10;
    private const string ReadRight = "DESCRIBE_CONFIGS on the cluster";
    private const string AlterRight = "ALTER_CONFIGS on the cluster";

    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Reads what other processes copied.</summary>
    public required Func<CancellationToken, Task> Reread { get; init; }

    /// <summary>Keeps records in the state topic.</summary>
    public required Func<IReadOnlyList<KeyedRecord>, CancellationToken, Task> Store { get; init; }

    /// <summary>The duty (<see cref="Duty.Quotas"/>).</summary>
    public Rounds Rounds => field ??= new Rounds(interval, SyncAsync, cause => LogFailed(scope.Logger, cause), scope.Time)
    {
        BeginsAtOnce = true,
    };

    /// <summary>All quotas of a cluster.</summary>
    /// <exception cref="KafkaErrorException">It does not tell.</exception>
    public static async Task<Dictionary<QuotaPlace, double>> ReadAsync(AdminClient admin, string side, CancellationToken ct)
    {
        var told = await admin.DescribeClientQuotasAsync([], strict: false, ct);
        return told.ErrorCode != ErrorCode.None
            ? throw new KafkaErrorException(told.ErrorCode,
                Refusal.Text(side, "read quotas of clients", told.ErrorCode, told.ErrorMessage, ReadRight))
            : (told.Entries ?? []).SelectMany(entry => entry.Values.Select(value => (QuotaPlace.Of(entry.Entity, value.Key), value.Value)))
                .ToDictionary();
    }

    private async Task SyncAsync(CancellationToken ct)
    {
        await Reread(ct);
        var plan = QuotaPlan.Of(await ReadAsync(source, sides.Source, ct), await ReadAsync(target, sides.Target, ct), ledger.Copied);
        List<KeyedRecord> news = [.. plan.Alike.Select(quota => QuotaLedger.Record(quota.Key, quota.Value)),
            .. plan.Others.Select(place => QuotaLedger.Record(place, null))];
        var changes = plan.Set.Select(quota => (Place: quota.Key, Value: (double?)quota.Value))
            .Concat(plan.Remove.Select(place => (Place: place, Value: (double?)null))).GroupBy(change => change.Place.Entity);
        List<string> done = [];
        foreach (var some in changes.Chunk(AtOnce))
        {
            var answers = await target.AlterClientQuotasAsync([.. some.Select(Entry)], ct);
            foreach (var (entity, answer) in some.Zip(answers))
            {
                if (answer.ErrorCode == ErrorCode.None)
                {
                    news.AddRange(entity.Select(change => QuotaLedger.Record(change.Place, change.Value)));
                    done.AddRange(entity.Select(change => Text(change.Place, change.Value)));
                }
                else
                {
                    Refused(entity.First().Place, answer);
                }
            }
        }

        if (news.Count > 0)
        {
            await Store(news, ct);
            news.ForEach(record => ledger.Take(record.Key, record.Value));
        }

        if (done.Count > 0)
        {
            LogSet(scope.Logger, sides.Target, Some(done));
        }

        foreach (var (place, value) in plan.Own.Where(quota => _reported.Add(Text(quota.Key, quota.Value))))
        {
            LogOwn(scope.Logger, sides.Target, Text(place, value));
        }
    }

    private static AlterClientQuotasRequestEntryData Entry(IEnumerable<(QuotaPlace Place, double? Value)> ofOne) => new()
    {
        Entity = ofOne.First().Place.Parts(),
        Ops = [.. ofOne.Select(change => new OpData { Key = change.Place.Key, Value = change.Value ?? 0, Remove = change.Value is null })],
    };

    private void Refused(QuotaPlace place, AlterClientQuotasResponseEntryData answer)
    {
        var cause = Refusal.Text(sides.Target, $"set quotas of {place.Whom()}", answer.ErrorCode, answer.ErrorMessage, AlterRight);
        if (_reported.Add(cause))
        {
            LogRefused(scope.Logger, cause);
        }
    }

    private static string Text(QuotaPlace place, double? value) =>
        value is { } set ? $"{place.Whom()}: {place.Key} = {set:R}" : $"{place.Whom()}: no {place.Key}";

    private static string Some(List<string> all) =>
        string.Join("; ", all.Take(MostNamed)) + (all.Count > MostNamed ? $"; and {all.Count - MostNamed} more" : "");

    [LoggerMessage(EventIds.QuotasSet, LogLevel.Information, "{Side}: quotas of clients set, as on the source: {Quotas}")]
    private static partial void LogSet(ILogger logger, string side, string quotas);

    [LoggerMessage(EventIds.QuotaOwn, LogLevel.Information,
        "{Side}: a quota is otherwise than on the source, and stays, as it is the target's own: {Quota}")]
    private static partial void LogOwn(ILogger logger, string side, string quota);

    [LoggerMessage(EventIds.QuotasRefused, LogLevel.Warning, "{Cause}; the flow goes on, and this is tried again at each turn")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventIds.QuotasUnknown, LogLevel.Warning,
        "quotas cannot be compared now: {Cause}; trying again at the next turn, and saying so once")]
    private static partial void LogFailed(ILogger logger, string cause);
}
