using System.Net;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Connections;

/// <summary>
/// The connections of a client: one for each node, purpose and index, opened when asked for and opened anew when closed. Attempts to reach
/// a node are spaced by a back-off that all its connections share.
/// </summary>
/// <remarks>
/// A link that is silent without an end is known by one answer that is late; what else was as silent is not believed to carry anything
/// (<see cref="AnswerPatience"/>).
/// </remarks>
internal sealed partial class ConnectionTable : IAsyncDisposable
{
    private readonly FramePool _smallFrames = new(long.MaxValue);
    /// <summary>
    /// Passwords and certificates are renewed by people, on one side first: a refused login is tried again, but not often.
    /// </summary>
    private static readonly TimeSpan FirstLoginRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastLoginRetry = TimeSpan.FromMinutes(1);

    private readonly ClientOptions _options;
    private readonly FramePool _dataFrames;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BrokerDial _dial;
    private readonly BackOff _loginBackOff;
    private readonly BackOff _backOff;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Node, ConnectionPurpose Purpose, int Index), Slot> _slots = [];
    private readonly Dictionary<int, Reach> _reaches = [];
    private bool _disposed;

    public ConnectionTable(ClientOptions options, FramePool dataFrames, TimeProvider time, ILoggerFactory loggers)
    {
        (_options, _dataFrames, _time) = (options, dataFrames, time);
        _logger = loggers.CreateLogger<ConnectionTable>();
        _loginBackOff = new BackOff(FirstLoginRetry, LastLoginRetry, options.Random);
        _backOff = new BackOff(options.ReconnectBackOff, options.ReconnectBackOffMax, options.Random);
        _dial = new BrokerDial(options, time, loggers) { Late = Doubt };
    }

    /// <summary>The open connection, or a new one: one attempt.</summary>
    public ValueTask<BrokerConnection> GetAsync(int nodeId, DnsEndPoint endpoint, ConnectionPurpose purpose, int index,
        CancellationToken ct)
    {
        Slot slot;
        Reach reach;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_slots.TryGetValue((nodeId, purpose, index), out slot!))
            {
                _slots[(nodeId, purpose, index)] = slot = new Slot();
            }

            if (slot.Connection is { IsOpen: true } open && open.Endpoint.Equals(endpoint))
            {
                return new ValueTask<BrokerConnection>(open);
            }

            if (!_reaches.TryGetValue(nodeId, out reach!))
            {
                _reaches[nodeId] = reach = new Reach();
            }
        }

        return OpenAsync(slot, reach, nodeId, endpoint, purpose, ct);
    }

    /// <summary>Keeps the credential fresh that the connections share.</summary>
    public Task RunAsync(CancellationToken ct) => _dial.RunAsync(ct);

    /// <summary>True when a call over this connection needs no new one.</summary>
    public bool IsOpen(int nodeId, ConnectionPurpose purpose)
    {
        lock (_gate)
        {
            return _slots.TryGetValue((nodeId, purpose, 0), out var slot) && slot.Connection is { IsOpen: true };
        }
    }

    /// <summary>Closes all connections; one that is being opened is waited for and closed too.</summary>
    public async ValueTask DisposeAsync()
    {
        Slot[] slots;
        lock (_gate)
        {
            _disposed = true;
            slots = [.. _slots.Values];
            _slots.Clear();
        }

        await _closing.CancelSoonAsync();
        foreach (var slot in slots)
        {
            await slot.Opening.WaitAsync(CancellationToken.None);
            if (slot.Connection is { } connection)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async ValueTask<BrokerConnection> OpenAsync(
        Slot slot, Reach reach, int nodeId, DnsEndPoint endpoint, ConnectionPurpose purpose, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closing.Token);
        await slot.Opening.WaitAsync(either.Token);
        try
        {
            if (slot.Connection is { IsOpen: true } open && open.Endpoint.Equals(endpoint))
            {
                return open;
            }

            if (slot.Connection is { } old)
            {
                slot.Connection = null;
                slot.Silences = old.CloseFailure == ConnectionFailure.TimedOut ? old.HasAnswered ? 1 : slot.Silences + 1 : 0;
                await old.DisposeAsync();
            }

            await reach.WaitAsync(_time, either.Token);
            return slot.Connection = await DialAsync(reach, nodeId, endpoint,
                purpose == ConnectionPurpose.Fetch ? _dataFrames : _smallFrames, new AnswerPatience(slot.Silences), either.Token);
        }
        catch (KafkaConnectionException failure) when (failure.Failure == ConnectionFailure.TimedOut)
        {
            slot.Silences++;
            throw;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(ConnectionTable));
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    /// <summary>One attempt, which alone counts for when the next one is: who only heard of the last one puts nothing off.</summary>
    private async ValueTask<BrokerConnection> DialAsync(
        Reach reach, int nodeId, DnsEndPoint endpoint, FramePool pool, AnswerPatience patience, CancellationToken ct)
    {
        try
        {
            var connection = await _dial.OpenAsync(nodeId, endpoint, pool, patience, ct);
            if (reach.Succeeded())
            {
                Log.Reachable(_logger, _options.Cluster, endpoint.Host, endpoint.Port);
            }

            return connection;
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
        {
            var isRefused =
                failure is KafkaConnectionException { Failure: ConnectionFailure.AuthenticationFailed or ConnectionFailure.TlsFailed };
            if (reach.Failed(isRefused ? _loginBackOff : _backOff, _time, isRefused ? failure : null) == 1)
            {
                Log.Unreachable(_logger, failure.Message);
            }

            throw;
        }
    }

    /// <summary>
    /// An answer did not come. Idle connections that nothing came of for as long are not used again, to whichever broker; of those to the
    /// same broker also such that wait for an answer, but each once only: it may be the broker that is slow.
    /// </summary>
    private void Doubt(BrokerConnection late, TimeSpan silence)
    {
        BrokerConnection[] silent;
        lock (_gate)
        {
            silent = [.. _slots.Values.Select(slot => slot.Connection).OfType<BrokerConnection>()
                .Where(other => other.IsOpen && other != late && other.Silence >= silence)];
        }

        foreach (var other in silent)
        {
            var isAsked = other.IsAsked;
            if (!isAsked || (other.Endpoint.Equals(late.Endpoint) && other.Patience.IsFirst))
            {
                other.Close(new KafkaConnectionException(
                    $"{_options.Cluster}: {other.Endpoint.Host}:{other.Endpoint.Port} did not answer within {silence.TotalSeconds:0.###} s",
                    other.Endpoint, isAsked ? ConnectionFailure.TimedOut : ConnectionFailure.Idle));
            }
        }
    }

    private sealed class Slot
    {
        public readonly AsyncLock Opening = new();
        public volatile BrokerConnection? Connection;

        /// <summary>So many connections in a row were closed, or not opened, because nothing came of them; guarded by the lock.</summary>
        public int Silences;
    }

    /// <summary>When a node may be tried again.</summary>
    private sealed class Reach
    {
        private int _failures;
        private long _notBefore;
        private volatile Exception? _refusal;

        /// <summary>Waits until it may be tried; after a refusal, which takes long to be worth another try, throws that instead.</summary>
        public async Task WaitAsync(TimeProvider time, CancellationToken ct)
        {
            var wait = time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _notBefore));
            if (wait > TimeSpan.Zero)
            {
                if (_refusal is KafkaConnectionException refusal)
                {
                    throw new KafkaConnectionException(refusal.Message, refusal.Endpoint, refusal.Failure, refusal);
                }

                await Task.Delay(wait, time, ct);
            }
        }

        /// <summary>True when it failed before.</summary>
        public bool Succeeded()
        {
            Volatile.Write(ref _notBefore, 0);
            _refusal = null;
            return Interlocked.Exchange(ref _failures, 0) > 0;
        }

        /// <summary>The number of failures in a row.</summary>
        public int Failed(BackOff backOff, TimeProvider time, Exception? refusal)
        {
            _refusal = refusal;
            var failures = Interlocked.Increment(ref _failures);
            Volatile.Write(ref _notBefore, time.GetTimestamp() + (long)(backOff.Next(failures).TotalSeconds * time.TimestampFrequency));
            return failures;
        }
    }
}
