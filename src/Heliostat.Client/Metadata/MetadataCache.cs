using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Metadata;

/// <summary>The newest <see cref="MetadataSnapshot"/> of a cluster, and who wants what in it. Topics are never created by asking.</summary>
public sealed partial class MetadataCache : IAsyncDisposable
{
    private readonly Func<MetadataRequest, CancellationToken, ValueTask<MetadataResponse>> _ask;
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _tracked = [];
    private readonly AsyncSignal _invalidated = new(inline: false);
    private MetadataSnapshot _current = MetadataSnapshot.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private Task<MetadataSnapshot> _running = Task.FromResult(MetadataSnapshot.Empty);
    private Task<MetadataSnapshot>? _next;
    private bool _all;
    private bool _asksForAll;

    internal MetadataCache(
        Func<MetadataRequest, CancellationToken, ValueTask<MetadataResponse>> ask, ClientOptions options, TimeProvider time, ILogger logger)
    {
        _ask = ask;
        _options = options;
        _time = time;
        _logger = logger;
    }

    public MetadataSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Asks for every topic of the cluster from now on.</summary>
    public void TrackAll()
    {
        lock (_gate)
        {
            _all = true;
        }
    }

    /// <summary>Asks for these topics too from now on; topics nobody tracks are not asked for.</summary>
    public void Track(params IEnumerable<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                _tracked[topic] = _tracked.GetValueOrDefault(topic) + 1;
            }
        }
    }

    /// <summary>These topics are no longer wanted by one who tracked them.</summary>
    public void Untrack(params IEnumerable<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                if (_tracked.TryGetValue(topic, out var count) && count > 1)
                {
                    _tracked[topic] = count - 1;
                }
                else
                {
                    _tracked.Remove(topic);
                }
            }
        }
    }

    /// <summary>
    /// A snapshot asked for after this call began; callers share one request. Throws <see cref="KafkaConnectionException"/> when no broker
    /// answers within <see cref="ClientOptions.CallTimeout"/>.
    /// </summary>
    public async ValueTask<MetadataSnapshot> RefreshAsync(CancellationToken ct)
    {
        Task<MetadataSnapshot> mine;
        lock (_gate)
        {
            // A request on its way was asked before this call; the one after it serves everybody who comes meanwhile.
            mine = _next ??= AskAfterAsync(_running);
        }

        return await mine.WaitHereAsync(ct);
    }

    /// <summary>
    /// What is known proved wrong (a leader moved): <see cref="RunAsync"/> refreshes soon, with back-off between attempts.
    /// </summary>
    public void Invalidate() => _invalidated.Set();

    /// <summary>Ends once <see cref="Current"/> is newer than <paramref name="version"/>.</summary>
    public async ValueTask WaitForChangeAsync(long version, CancellationToken ct)
    {
        while (Current.Version <= version)
        {
            var changed = Volatile.Read(ref _changed);
            if (Current.Version <= version)
            {
                await changed.Task.WaitHereAsync(ct);
            }
        }
    }

    /// <summary>Ends a refresh that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelSoonAsync();
        Task last;
        lock (_gate)
        {
            last = _next ?? _running;
        }

        await last.SettleAsync();
    }

    /// <summary>Refreshes by age and when invalidated.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        var backOff = new BackOff(_options.RetryBackOff, _options.RetryBackOffMax, _options.Random);
        var failures = 0;
        var hurried = 0;
        var invalidated = _invalidated.WaitAsync().HereAsync();
        while (true)
        {
            try
            {
                await RefreshAsync(ct);
                if (failures > 0)
                {
                    Log.Refreshed(_logger, _options.Cluster);
                }

                failures = 0;
            }
            catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
            {
                if (failures++ == 0)
                {
                    Log.NotRefreshed(_logger, _options.Cluster, failure.Message);
                }
            }

            // However often it proves wrong, it is looked up only so often (KIP-580).
            await Task.Delay(backOff.Next(Math.Max(1, failures + hurried)), _time, ct);
            if (failures > 0)
            {
                continue;
            }

            hurried = invalidated.IsCompleted ? hurried + 1 : 0;
            await WaitAsync(invalidated, _options.MetadataMaxAge, ct);
            if (invalidated.IsCompleted)
            {
                invalidated = _invalidated.WaitAsync().HereAsync();
            }
        }
    }

    private async Task WaitAsync(Task invalidated, TimeSpan age, CancellationToken ct)
    {
        try
        {
            await invalidated.WaitHereAsync(age, _time, ct);
        }
        catch (TimeoutException)
        {
            // It is old enough to be looked up again.
        }
    }

    private async Task<MetadataSnapshot> AskAfterAsync(Task running)
    {
        // The caller holds the gate until it has noted this task.
        await Task.Yield();
        await running.SettleAsync();
        lock (_gate)
        {
            (_running, _next) = (_next!, null);
        }

        var response = await AnswerAsync();
        lock (_gate)
        {
            var snapshot = MetadataMerge.Over(_current, response);
            Volatile.Write(ref _current, snapshot);
            var changed = _changed;
            Volatile.Write(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            changed.SetResult();
            return snapshot;
        }
    }

    private async Task<MetadataResponse> AnswerAsync()
    {
        if (!_asksForAll)
        {
            try
            {
                return await _ask(new MetadataRequest { Topics = Wanted(), AllowAutoTopicCreation = false }, _closing.Token);
            }
            catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion)
            {
                _asksForAll = true;
            }
        }

        // Before 0.11 asking for a topic by its name may create it; asking for all creates none.
        return await _ask(new MetadataRequest { Topics = null }, _closing.Token);
    }

    private List<MetadataRequestTopic>? Wanted()
    {
        lock (_gate)
        {
            return _all ? null : [.. _tracked.Keys.Select(name => new MetadataRequestTopic { Name = name })];
        }
    }
}
