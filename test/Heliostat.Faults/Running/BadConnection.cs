using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Heliostat.Faults.Running;

/// <summary>One connection through a link.</summary>
internal sealed class BadConnection(Socket near, Weather weather)
{
    private const int BufferBytes = 16 * 1024;
    private const int HeadBytes = 6;
    private const int PacketBytes = 1_460;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _head = new byte[HeadBytes];
    private int _headFilled;
    private long _left;
    private int _producesAsked;
    private long _budget = -1;

    /// <summary>Nothing goes through any more.</summary>
    public volatile bool IsStranded;

    public async Task ServeAsync(int port, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var nearOwned = near;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.NoDelay = far.NoDelay = true;
        try
        {
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ending.Token);
            Task[] ways = [PumpAsync(near, far, asks: true, ending.Token), PumpAsync(far, near, asks: false, ending.Token)];
            await Task.WhenAny(ways);
            await ending.CancelAsync();
            near.Close(0);
            far.Close(0);
            await Task.WhenAll(ways);
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, or the link cut it.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool asks, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var received = await from.ReceiveAsync(buffer, ct);
            if (received == 0)
            {
                return;
            }

            while (IsStranded || weather.IsStalled)
            {
                await Task.Delay(Look, TimeProvider.System, ct);
            }

            if (asks)
            {
                CountProduces(buffer.AsSpan(0, received));
            }
            else if (Swallows())
            {
                return;
            }

            await LateAsync(received, ct);
            var whole = Whole(received);
            for (var rest = buffer.AsMemory(0, whole); rest.Length > 0;)
            {
                rest = rest[await to.SendAsync(rest, ct)..];
            }

            if (whole < received)
            {
                return;
            }
        }
    }

    private async Task LateAsync(int bytes, CancellationToken ct)
    {
        var late = weather.OneWay;
        for (var packet = 0; packet <= bytes / PacketBytes && weather.Loss > 0; packet++)
        {
            late += Random.Shared.NextDouble() < weather.Loss ? weather.Again : TimeSpan.Zero;
        }

        if (late > TimeSpan.Zero)
        {
            await Task.Delay(late, TimeProvider.System, ct);
        }
    }

    /// <summary>How many of these bytes go through before the connection is cut.</summary>
    private int Whole(int bytes)
    {
        if (weather.CutWithin == 0)
        {
            return bytes;
        }

        Interlocked.CompareExchange(ref _budget, Random.Shared.Next(weather.CutWithin), -1);
        var left = Interlocked.Add(ref _budget, -bytes);
        return left >= 0 ? bytes : (int)Math.Max(0, bytes + left);
    }

    private bool Swallows()
    {
        if (weather.SwallowOneAnswerOf == 0 || Interlocked.Exchange(ref _producesAsked, 0) == 0)
        {
            return false;
        }

        return Random.Shared.Next(weather.SwallowOneAnswerOf) == 0;
    }

    /// <summary>Follows the frames of requests: four bytes of length, and two that name the API, of which 0 is Produce.</summary>
    private void CountProduces(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_left > 0)
            {
                var skipped = (int)Math.Min(_left, bytes.Length);
                _left -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            var taken = Math.Min(HeadBytes - _headFilled, bytes.Length);
            bytes[..taken].CopyTo(_head.AsSpan(_headFilled));
            _headFilled += taken;
            bytes = bytes[taken..];
            if (_headFilled == HeadBytes)
            {
                _headFilled = 0;
                _left = BinaryPrimitives.ReadInt32BigEndian(_head) - 2;
                if (BinaryPrimitives.ReadInt16BigEndian(_head.AsSpan(4)) == 0)
                {
                    Interlocked.Increment(ref _producesAsked);
                }
            }
        }
    }
}
