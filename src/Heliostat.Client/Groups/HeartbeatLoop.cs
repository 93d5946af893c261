using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>
/// Keeps a member's place during one generation, from its share until its next join (KIP-62). It goes on after the coordinator has asked for a rebalance:
/// the member may take its time to give up partitions.
/// </summary>
internal sealed partial class HeartbeatLoop : IDisposable
{
    private readonly IGroupCluster _cluster;
    private readonly GroupOptions _options;
    private readonly HeartbeatRequest _request;
    private readonly MemberState _member;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly CancellationTokenSource _lost = new();

    /// <summary>Leaves time to find another coordinator before the session is over.</summary>
    private readonly TimeSpan _answerWithin;

    /// <param name="cluster">Where the coordinator is.</param>
    /// <param name="options">The intervals.</param>
    /// <param name="member">Who beats, under its present id and generation; woken when <see cref="RebalanceAsked"/> or <see cref="Failure"/> has changed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to.</param>
    public HeartbeatLoop(IGroupCluster cluster, GroupOptions options, MemberState member, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), cluster.Random);
        _options = options;
        _member = member;
        _time = time;
        _logger = logger;
        _answerWithin = options.SessionTimeout * 2 / 3;
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

    /// <summary>Why the membership is lost; null while it is not.</summary>
    public ErrorCode? Failure { get; private set; }

    /// <summary>It beats no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Cancelled when the membership is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Beats until cancelled or until the membership is lost. What else ends it (the client was disposed) is thrown, and the member woken.</summary>
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
                await Task.Delay(failures == 0 ? _options.HeartbeatInterval : _backOff.Next(failures), _time, ct);
                var answer = await _cluster.AskAsync(_request, _answerWithin, ct);
                if (failures > 0)
                {
                    Log.Answered(_logger, _cluster.Name, _options.GroupId, failures, _time.GetElapsedTime(answered));
                }

                failures = 0;
                answered = _time.GetTimestamp();
                Take(answer.ErrorCode);
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

    private void Take(ErrorCode code)
    {
        switch (code)
        {
            case ErrorCode.None:
                break;
            case ErrorCode.RebalanceInProgress:
                RebalanceAsked = true;
                _member.Wake();
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
