using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Membership;

/// <summary>
/// Keeps a member's place during one generation, from its share until its next join, or through it (KIP-62). It goes on after the
/// coordinator has asked for a rebalance: the member may take its time to give up what it has.
/// </summary>
internal sealed partial class HeartbeatLoop : IDisposable
{
    private static readonly TimeSpan Hurried = TimeSpan.FromMilliseconds(50);

    private readonly IMemberCluster _cluster;
    private readonly MemberOptions _options;
    private readonly HeartbeatRequest _request;
    private readonly MemberPlace _member;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly CancellationTokenSource _lost = new();

    /// <summary>Leaves time to find another coordinator before the session is over.</summary>
    private readonly TimeSpan _answerWithin;
    private volatile bool _isJoining;
    private long _renewedAt;

    /// <param name="cluster">Where the coordinator is.</param>
    /// <param name="options">The intervals.</param>
    /// <param name="member">Who beats, under its present id and generation; woken when <see cref="RebalanceAsked"/> or
    /// <see cref="Failure"/> has changed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to.</param>
    public HeartbeatLoop(IMemberCluster cluster, MemberOptions options, MemberPlace member, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), cluster.Random);
        _options = options;
        _member = member;
        _time = time;
        _logger = logger;
        _answerWithin = new AnswerPatience().Of(options.SessionTimeout * 2 / 3);
        _renewedAt = long.MinValue;
        _request = new HeartbeatRequest
        {
            GroupId = options.GroupId,
            GenerationId = member.Generation,
            MemberId = member.MemberId,
            GroupInstanceId = options.GroupInstanceId,
        };
    }

    /// <summary>The coordinator waits for this member to rejoin.</summary>
    public bool RebalanceAsked { get; private set; }

    /// <summary>
    /// A join for the next generation is under way. While the group prepares it, beats in the old one renew the session; once it has begun
    /// they renew nothing, which is no loss.
    /// </summary>
    public bool IsJoining
    {
        get => _isJoining;
        set => _isJoining = value;
    }

    /// <summary>Beats come quickly while this is so: the coordinator says in its answers that it waits for this member.</summary>
    public Func<bool> IsHurried { get; init; } = static () => false;

    /// <summary>
    /// When the last beat was sent that the coordinator answered as a member's, in timestamps of the clock: the session lasts from then on.
    /// At first what it is told; <see cref="long.MinValue"/> where that is nothing.
    /// </summary>
    public long RenewedAt
    {
        get => Volatile.Read(ref _renewedAt);
        init => _renewedAt = value;
    }

    /// <summary>Why the membership is lost; null while it is not.</summary>
    public ErrorCode? Failure { get; private set; }

    /// <summary>It beats no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Cancelled when the membership is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    private TimeSpan Interval => IsHurried() && Hurried < _options.HeartbeatInterval ? Hurried : _options.HeartbeatInterval;

    /// <summary>
    /// Beats until cancelled or until the membership is lost. What else ends it (the client was disposed) is thrown, and the member woken.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await BeatAsync(ct);
        }
        finally
        {
            HasEnded = true;
            _member.Wake();
        }
    }

    public void Dispose() => _lost.Dispose();

    private async Task BeatAsync(CancellationToken ct)
    {
        var answered = _time.GetTimestamp();
        var failures = 0;
        while (Failure is null)
        {
            try
            {
                await Task.Delay(failures == 0 ? Interval : _backOff.Next(failures), _time, ct);
                var sentAt = _time.GetTimestamp();
                var answer = await _cluster.AskAsync(_request, _answerWithin, ct);
                if (failures > 0)
                {
                    Log.Answered(_logger, _cluster.Name, _options.GroupId, failures, _time.GetElapsedTime(answered).TotalSeconds);
                }

                failures = 0;
                answered = _time.GetTimestamp();
                Take(answer.ErrorCode, sentAt);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (KafkaConnectionException e)
            {
                if (failures++ == 0)
                {
                    Log.Unanswered(_logger, _cluster.Name, _options.GroupId, e.Message);
                }
            }
            catch (KafkaErrorException e)
            {
                Lose(e.Code);
            }
        }
    }

    private void Take(ErrorCode code, long sentAt)
    {
        switch (code)
        {
            case ErrorCode.None:
                Volatile.Write(ref _renewedAt, sentAt);
                break;
            case ErrorCode.RebalanceInProgress:
                Volatile.Write(ref _renewedAt, sentAt);
                RebalanceAsked = true;
                _member.Wake();
                break;
            case ErrorCode.IllegalGeneration when IsJoining:
                break;
            case ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable:
                _cluster.ForgetCoordinator();
                break;
            case var _ when code.IsRetriable():
                break;
            default:
                Lose(code);
                break;
        }
    }

    private void Lose(ErrorCode code)
    {
        Failure = code;
        _lost.Cancel();
        _member.Wake();
    }
}
