using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Membership;

/// <summary>Tries to enter a generation of a group until it is in it.</summary>
internal sealed partial class JoinLoop(IMemberCluster cluster, string group, TimeProvider time, ILogger logger)
{
    /// <summary>A coordinator may well answer "join again" twice in a row, but not for ever.</summary>
    private const int PromptAttempts = 4;

    private readonly BackOff _backOff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), cluster.Random);

    /// <summary>What was entered.</summary>
    /// <param name="join">One attempt; it gives what was entered with <see cref="JoinOutcome.Joined"/>.</param>
    /// <param name="lose">Called when what the member had is not its own any more, after which it joins anew.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">The group does not want this member.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<(JoinOutcome Outcome, T? Entered)>> join, Func<Task> lose,
        CancellationToken ct) where T : class
    {
        var failures = 0;
        for (var attempts = 1; ; attempts++)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                var (outcome, entered) = await join(ct);
                switch (outcome)
                {
                    case JoinOutcome.Joined:
                        return entered!;
                    case JoinOutcome.Lost:
                        await lose();
                        break;
                    case JoinOutcome.Later:
                        failures++;
                        break;
                }
            }
            catch (KafkaConnectionException e)
            {
                LogUnanswered(logger, cluster.Name, group, e.Message);
                failures++;
            }

            await Task.Delay(_backOff.Next(Math.Max(failures, attempts - PromptAttempts)), time, ct);
        }
    }

    [LoggerMessage(EventIds.GroupJoinUnanswered, LogLevel.Warning, "{Cluster}: cannot join group {Group}, trying again: {Cause}")]
    private static partial void LogUnanswered(ILogger logger, string cluster, string group, string cause);
}
