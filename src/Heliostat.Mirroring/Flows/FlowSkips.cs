using Heliostat.Configuration.Options;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Asks whoever has a lane of a flow to pass records over, from any machine that reaches the target: in the flow's state topic, where the
/// answer comes too. The lane must stand still.
/// </summary>
public sealed class FlowSkips : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly StateTopic _state;
    private readonly TimeProvider _time;

    public FlowSkips(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _time = time;
        _state = new StateTopic(flow, time, loggers);
    }

    /// <summary>How long an operator waits for an answer.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether it is said where a lane goes on: by an offset, or by how many are passed over, and not by both.</summary>
    /// <param name="to">The next source offset to mirror, at least 0.</param>
    /// <param name="count">So many from where it is, at least 1.</param>
    public static bool IsAmount(long? to, long? count) => to is null ? count >= 1 : to >= 0 && count is null;

    /// <summary>The lane goes on at a later source offset.</summary>
    /// <param name="lane">The lane, by its source.</param>
    /// <param name="to">The next source offset to mirror; null to pass over <paramref name="count"/> offsets.</param>
    /// <param name="count">So many from where it is.</param>
    /// <param name="dryRun">Only say what would be.</param>
    /// <param name="patience">How long an answer is waited for.</param>
    /// <param name="ct">Ends the waiting; what is asked for may be done all the same.</param>
    /// <returns>What came of it, or why not.</returns>
    /// <exception cref="Client.KafkaErrorException">The target refuses to keep it, or the flow never ran.</exception>
    /// <exception cref="Transport.KafkaConnectionException">The target does not answer.</exception>
    public async Task<LaneMove> SkipAsync(TopicPartition lane, long? to, long? count, bool dryRun, TimeSpan patience, CancellationToken ct)
    {
        if (!IsAmount(to, count)) throw new ArgumentException("an offset, or a count of at least 1", nameof(to));

        await _state.Clients.AskTargetAsync(ct);
        var start = _time.GetTimestamp();
        var wish = new SkipWish(lane, _time.GetUtcNow().ToUnixTimeMilliseconds()) { To = to, Count = count, IsDry = dryRun };
        await _state.WriteAsync([wish.Write()], ct);
        while (_time.GetElapsedTime(start) < patience)
        {
            await Task.Delay(LookEvery, _time, ct);
            SkipWish? last = null;
            await _state.ReadAsync(
                record => last = SkipWish.Read(record.Key, record.Value) is { } read && read.Lane == lane ? read : last, ct);
            if (last is { IsAnswered: true } answer && answer.AskedAt == wish.AskedAt)
            {
                return answer.Refusal is { } refusal ? LaneMove.Refused(lane, refusal)
                    : new LaneMove(lane) { From = answer.From, To = answer.To, IsStored = !dryRun };
            }
        }

        return LaneMove.Refused(lane, $"nobody answered within {patience.TotalSeconds:0} s: no process has it now; a minute after it was "
            + "asked for it is not done any more") with
        { IsAnswered = false };
    }

    public ValueTask DisposeAsync() => _state.DisposeAsync();
}
