using System.Net;
using Heliostat.Transport;

namespace Heliostat.Client.Connections;

/// <summary>
/// The connections of a client: one for each node, purpose and index, opened when asked for and opened anew when closed. Attempts to reach a node are spaced by
/// a back-off that all its connections share.
/// </summary>
internal sealed class ConnectionTable(ClientOptions options, FramePool dataFrames, TimeProvider time) : IAsyncDisposable
{
    private readonly FramePool _smallFrames = new(long.MaxValue);
    private readonly BackOff _backOff = new(options.ReconnectBackOff, options.ReconnectBackOffMax);
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Node, ConnectionPurpose Purpose, int Index), Slot> _slots = [];
    private readonly Dictionary<int, Reach> _reaches = [];
    private bool _disposed;

    /// <summary>The open connection, or a new one: one attempt.</summary>
    public ValueTask<BrokerConnection> GetAsync(int nodeId, DnsEndPoint endpoint, ConnectionPurpose purpose, int index, CancellationToken ct)
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

    public async ValueTask DisposeAsync()
    {
        Slot[] slots;
        lock (_gate)
        {
            _disposed = true;
            slots = [.. _slots.Values];
            _slots.Clear();
        }

        foreach (var slot in slots)
        {
            if (slot.Connection is { } connection)
            {
                await connection.DisposeAsync();
            }

            slot.Dispose();
        }
    }

    private async ValueTask<BrokerConnection> OpenAsync(
        Slot slot, Reach reach, int nodeId, DnsEndPoint endpoint, ConnectionPurpose purpose, CancellationToken ct)
    {
        await slot.Opening.WaitAsync(ct);
        try
        {
            if (slot.Connection is { IsOpen: true } open && open.Endpoint.Equals(endpoint))
            {
                return open;
            }

            if (slot.Connection is { } old)
            {
                slot.Connection = null;
                await old.DisposeAsync();
            }

            await reach.WaitAsync(time, ct);
            var pool = purpose == ConnectionPurpose.Fetch ? dataFrames : _smallFrames;
            var connection = await BrokerConnection.OpenAsync(nodeId, endpoint, options, Transport, pool, time, ct);
            reach.Succeeded();
            slot.Connection = connection;
            return connection;
        }
        catch (KafkaConnectionException)
        {
            reach.Failed(_backOff, time);
            throw;
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    private ConnectionOptions Transport { get; } = new()
    {
        Cluster = options.Cluster,
        ConnectTimeout = options.ConnectTimeout,
        SendBufferBytes = options.SendBufferBytes,
        ReceiveBufferBytes = options.ReceiveBufferBytes,
        IdleTimeout = options.ConnectionsMaxIdle,
    };

    private sealed class Slot : IDisposable
    {
        public readonly SemaphoreSlim Opening = new(1);
        public volatile BrokerConnection? Connection;

        public void Dispose() => Opening.Dispose();
    }

    /// <summary>When a node may be tried again.</summary>
    private sealed class Reach
    {
        private int _failures;
        private long _notBefore;

        public async Task WaitAsync(TimeProvider time, CancellationToken ct)
        {
            var wait = time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _notBefore));
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, ct);
            }
        }

        public void Succeeded()
        {
            Volatile.Write(ref _failures, 0);
            Volatile.Write(ref _notBefore, 0);
        }

        public void Failed(BackOff backOff, TimeProvider time)
        {
            var wait = backOff.Next(Interlocked.Increment(ref _failures));
            Volatile.Write(ref _notBefore, time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency));
        }
    }
}
