using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Network;

/// <summary>
/// Sends a message from where its parts lie, several parts to a system call. Parts too small to be worth a place of their own are
/// gathered in a staging array. One send at a time.
/// </summary>
internal sealed class VectoredSend : SocketAsyncEventArgs, IValueTaskSource<int>
{
    /// <summary>More would make the framework allocate on every call.</summary>
    private const int MostParts = 8;

    private const int CopyBelowBytes = 2048;
    private const int StagingBytes = 32 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _staging = GC.AllocateUninitializedArray<byte>(StagingBytes, pinned: true);
    private readonly List<ArraySegment<byte>> _parts = new(MostParts);
    private ManualResetValueTaskSourceCore<int> _core;
    private int _staged;
    private int _stagedFrom;
    private int _bytes;

    public VectoredSend(Socket socket)
        : base(true)
    {
        _socket = socket;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(WireBuffer message)
    {
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var rest = message.Segment(i);
            while (rest.Length > 0)
            {
                rest = Take(rest);
                if (rest.Length > 0)
                {
                    await FlushAsync();
                }
            }
        }

        await FlushAsync();
    }

    public int GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (SocketError == SocketError.Success)
        {
            _core.SetResult(BytesTransferred);
        }
        else
        {
            _core.SetException(new SocketException((int)SocketError));
        }
    }

    /// <summary>
    /// Adds to the next system call what fits, and gives what is left: nothing, the whole part, or the rest of one that was copied.
    /// </summary>
    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> part)
    {
        if (part.Length >= CopyBelowBytes && MemoryMarshal.TryGetArray(part, out var array))
        {
            // A place for the bytes staged before, one for this part, and one for bytes staged behind it.
            if (_parts.Count + 3 > MostParts)
            {
                return part;
            }

            CloseStaged();
            _parts.Add(array);
            _bytes += array.Count;
            return default;
        }

        var taken = Math.Min(part.Length, StagingBytes - _staged);
        part.Span[..taken].CopyTo(_staging.AsSpan(_staged));
        _staged += taken;
        return part[taken..];
    }

    private void CloseStaged()
    {
        if (_staged > _stagedFrom)
        {
            _parts.Add(new ArraySegment<byte>(_staging, _stagedFrom, _staged - _stagedFrom));
            _bytes += _staged - _stagedFrom;
            _stagedFrom = _staged;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAsync()
    {
        CloseStaged();
        if (_parts.Count == 0)
        {
            return;
        }

        try
        {
            var sent = _parts.Count == 1 ? await OneAsync(_parts[0]) : await ManyAsync();
            if (sent != _bytes)
            {
                throw new SocketException((int)SocketError.ConnectionAborted);
            }
        }
        finally
        {
            _parts.Clear();
            _staged = _stagedFrom = _bytes = 0;
        }
    }

    private ValueTask<int> OneAsync(ArraySegment<byte> part) => _socket.SendAsync(part, SocketFlags.None, CancellationToken.None);

    private ValueTask<int> ManyAsync()
    {
        _core.Reset();
        BufferList = _parts;
        if (_socket.SendAsync(this))
        {
            return new ValueTask<int>(this, _core.Version);
        }

        return SocketError == SocketError.Success
            ? new ValueTask<int>(BytesTransferred)
            : ValueTask.FromException<int>(new SocketException((int)SocketError));
    }
}
