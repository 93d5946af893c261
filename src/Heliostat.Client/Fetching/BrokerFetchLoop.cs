using System.Runtime.CompilerServices;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Fetches from one broker for all cursors that are with it: build what changed since the last request, send, hand out the answer, again. The next
/// request goes out as soon as the sinks have seen the answer.
/// </summary>
internal sealed partial class BrokerFetchLoop
{
    private readonly Fetcher _fetcher;
    private readonly KafkaClient _client;
    private readonly FetchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly AsyncSignal _work = new(inline: false);
    private readonly AsyncSignal _lingered = new(inline: false);
    private readonly ITimer _lingering;
    private readonly WireBuffer _buffer = new();
    private FetchResponse _response = new();
    private int _failures;

    public BrokerFetchLoop(Fetcher fetcher, KafkaClient client, int nodeId, FetchOptions options, TimeProvider time, ILogger logger)
    {
        _fetcher = fetcher;
        _client = client;
        NodeId = nodeId;
        _options = options;
        _time = time;
        _logger = logger;
        _lingering = time.CreateTimer(static signal => ((AsyncSignal)signal!).Set(), _lingered, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _backOff = new BackOff(client.Options.RetryBackOff, client.Options.RetryBackOffMax, client.Options.Random);
        _request.RackId = options.Rack ?? "";
        _request.IsolationLevel = (sbyte)options.IsolationLevel;
        _request.MinBytes = options.MinBytes;
        _request.MaxBytes = options.MaxBytes;
    }

    public int NodeId { get; }

    public async Task RunAsync(CancellationToken ct)
    {
        await using var lingeringOwned = _lingering;
        await using var stop = ct.UnsafeRegister(static loop => ((BrokerFetchLoop)loop!).Stopping(), this);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (!HasWork())
            {
                await _work.WaitAsync();
                continue;
            }

            try
            {
                await FetchAsync(ct);
                Succeeded();
                await LingerAsync();
            }
            catch (Exception failure) when (failure is KafkaConnectionException or MalformedFrameException or KafkaErrorException)
            {
                await FailedAsync(failure, ct);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FetchAsync(CancellationToken ct)
    {
        _mostBytes = 0;
        var connection = await _client.ConnectionAsync(NodeId, ConnectionPurpose.Fetch, ct);
        if (connection != _connection)
        {
            _connection = connection;
            StartOver();
        }

        var offered = connection.VersionOf(Api.Fetch, 0);
        if (offered < FirstThatChecksEpochs)
        {
            await CheckEpochsAsync(ct);
        }

        var version = Build(offered);
        if (version < 0)
        {
            return;
        }

        var wait = _client.Options.RequestTimeout + _options.MaxWait;
        var frameOwned = await connection.CallRawAsync(_request, Api.Fetch, version, _buffer, wait, ct);
        try
        {
            BrokerConnection.ReadResponse(frameOwned, Api.Fetch, version, ref _response);
            connection.Throttle(_response.ThrottleTimeMs);
            HandOut(frameOwned, version);
        }
        catch (MalformedFrameException)
        {
            await connection.DisposeAsync();
            throw;
        }
        finally
        {
            frameOwned.Dispose();
        }

        if (_outOfRange.Count > 0)
        {
            await ExplainOutOfRangeAsync(ct);
        }
    }

    /// <summary>After an answer that brought something, but little: what comes meanwhile is fetched together.</summary>
    private ValueTask LingerAsync()
    {
        if (_options.Linger <= TimeSpan.Zero || _mostBytes == 0 || _mostBytes >= _options.LingerBytes)
        {
            return ValueTask.CompletedTask;
        }

        _lingering.Change(_options.Linger, Timeout.InfiniteTimeSpan);
        return _lingered.WaitAsync();
    }

    private void Stopping()
    {
        _work.Set();
        _lingered.Set();
    }

    private void Succeeded()
    {
        if (_failures > 0)
        {
            _failures = 0;
            Log.GoesOn(_logger, _client.Options.Cluster, NodeId);
        }
    }

    /// <summary>The broker or the way to it failed: start over with a full request, after a back-off; its leaders may be elsewhere by then.</summary>
    private async Task FailedAsync(Exception failure, CancellationToken ct)
    {
        if (_failures++ == 0)
        {
            Log.Failed(_logger, _client.Options.Cluster, NodeId, failure.Message);
        }

        StartOver();
        GiveUpAsNearer();
        _fetcher.Invalidate();
        await Task.Delay(_backOff.Next(_failures), _time, ct);
    }
}
