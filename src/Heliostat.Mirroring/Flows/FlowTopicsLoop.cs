using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Sees to it that each partition of each mirrored topic has a lane: at the start, when the source's metadata shows something new, and every refresh
/// interval. A lane opens only once its place on the target stands. A topic that cannot be mirrored now holds up no other. Lanes that doubt their logs are closed
/// here, and opened again as at the start.
/// </summary>
internal sealed partial class FlowTopicsLoop(KafkaClient source, TopicSync topics, FlowLanes lanes, TimeSpan? refresh, FlowScope scope)
{
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), source.Options.Random);
    private int _failures;

    /// <summary>All that is to be mirrored has a lane, by the last look.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why topics or positions cannot be looked up now, or why some topics have no mirror; null when all is well.</summary>
    public string? Trouble { get; private set; }

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var seen = source.Metadata.Current.Version;
            var complete = await TryRoundAsync(ct);
            IsComplete = complete;
            await WaitAsync(complete, seen, ct);
        }
    }

    private async Task WaitAsync(bool complete, long seen, CancellationToken ct)
    {
        // What cannot be mirrored now is tried again on a clock of its own, and keeps back nothing that is new.
        _failures = complete ? 0 : _failures + 1;
        var retry = _backOff.Next(_failures);
        var wait = complete ? refresh ?? Timeout.InfiniteTimeSpan : refresh < retry ? refresh.Value : retry;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var age = Task.Delay(wait, scope.Time, either.Token);
        var change = refresh is null ? age : source.Metadata.WaitForChangeAsync(seen, either.Token).HereAsync();
        var doubt = lanes.WaitForDoubtAsync(either.Token);
        await Settling.AnyAsync(age, change, doubt);
        await either.CancelSoonAsync();
        await Settling.AllAsync(age, change, doubt).SettleAsync();
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>False when something is to be tried again soon.</summary>
    private async Task<bool> TryRoundAsync(CancellationToken ct)
    {
        try
        {
            await lanes.CloseDoubtfulAsync(ct);
            bool opened;
            do
            {
                opened = await lanes.OpenAsync(await topics.SyncAsync(ct), topics.Current, ct);
                Tell(opened ? null : lanes.Trouble);
            }
            while (topics.HasMore);

            return opened && topics.IsComplete;
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            if (Trouble is null)
            {
                LogFailed(scope.Logger, failure.Message);
            }

            Trouble = failure.Message;
            return false;
        }
    }

    private void Tell(string? unopened)
    {
        if (unopened is not null && Trouble is null)
        {
            LogFailed(scope.Logger, unopened);
        }

        Trouble = topics.Trouble ?? unopened;
    }

    [LoggerMessage(EventIds.FlowRoundFailed, LogLevel.Warning, "topics cannot be looked up or opened now: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);
}
