using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>Lets lanes of this process that stand still pass over what an operator says in the state topic, and answers there.</summary>
/// <param name="book">What is asked for.</param>
/// <param name="moves">Moves lanes.</param>
/// <param name="isOurs">This process has the lane.</param>
/// <param name="topic">The state topic.</param>
/// <param name="worker">How this process is called.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class SkipLoop(
    SkipBook book, LaneMoves moves, Func<TopicPartition, bool> isOurs, PartitionAppender topic, string worker, FlowScope scope)
{
    /// <summary>What nobody could answer for so long is not done any more: who asked has gone.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            foreach (var wish in book.Open)
            {
                await TryAnswerAsync(wish, ct);
            }

            await WaitAsync(ct);
        }
    }

    private async Task TryAnswerAsync(SkipWish wish, CancellationToken ct)
    {
        if (scope.Time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(wish.AskedAt) > AnswerWithin)
        {
            book.Close(wish);
        }
        else if (isOurs(wish.Lane))
        {
            try
            {
                var answer = await AnswerAsync(wish, ct);
                await topic.AppendAsync([answer.Write()], ct);
                book.Close(wish);
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                LogFailed(scope.Logger, wish.Lane.Topic, wish.Lane.Partition, failure.Message);
            }
        }
    }

    private async Task<SkipWish> AnswerAsync(SkipWish wish, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(AtMost, scope.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            // Where the lane is says what a count comes to; the log's end is a place of any log.
            var planned = await MoveAsync(wish.Lane, wish.To ?? OffsetSpec.Latest, dryRun: true, either.Token);
            var to = wish.To ?? planned.From + wish.Count;
            var refusal = planned.From is null ? planned.Refusal : to < planned.From ? $"it is at offset {planned.From} already" : null;
            if (refusal is null && planned.From is { } from && to is { } at && at != from)
            {
                if (wish is { Count: not null, IsDry: false })
                {
                    // Whoever answers if this process ends now must not count again from where the lane is then.
                    wish = wish with { To = to, Count = null };
                    await topic.AppendAsync([wish.Write()], either.Token);
                }

                planned = await MoveAsync(wish.Lane, at, wish.IsDry, either.Token);
                refusal = planned.Refusal;
            }

            return refusal is not null ? wish with { Refusal = refusal, By = worker }
                : wish with { From = planned.From, To = to, By = worker };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return wish with { Refusal = $"no answer from the clusters within {AtMost.TotalSeconds:0} s; nothing is changed", By = worker };
        }
    }

    private async Task<LaneMove> MoveAsync(TopicPartition lane, long to, bool dryRun, CancellationToken ct) =>
        (await moves.MoveAsync(new Dictionary<TopicPartition, long> { [lane] = to }, dryRun, ct))[0];

    private Task WaitAsync(CancellationToken ct)
    {
        var wait = book.Open.Count > 0 ? Again : Timeout.InfiniteTimeSpan;
        return LoopEnds.FirstEndsAllAsync(
            [token => Task.Delay(wait, scope.Time, token), token => book.Asked.ReadAsync(token).HereAsync()], ct);
    }

    [LoggerMessage(EventIds.SkipFailed, LogLevel.Warning,
        "what an operator wants {Topic}-{Partition} to pass over cannot be answered now: {Cause}; trying on for a minute")]
    private static partial void LogFailed(ILogger logger, string topic, int partition, string cause);
}
