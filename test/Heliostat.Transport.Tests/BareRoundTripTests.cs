using System.Buffers.Binary;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Tests;

public sealed class BareRoundTripTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakePeer _peer = new();
    private readonly FramePool _pool = FramePool.Tracked(64 << 20);

    public void Dispose()
    {
        _peer.Dispose();
        _pool.ThrowIfRented();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(700)]
    public async Task An_answer_of_any_length_is_taken_and_framed_answers_follow(int length)
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var token = Enumerable.Range(1, length).Select(i => (byte)i).ToArray();

        for (var i = 0; i < 2; i++)
        {
            var answer = connection.BareRoundTripAsync(Frame(1, 2), answered: true, Patience, CancellationToken.None).AsTask();
            Assert.Equal([1, 2], await _peer.ReadRequestAsync());
            await _peer.SendAsync(Frame(token).ToArray());

            using var frame = await answer.WaitAsync(Patience);
            Assert.Equal(token, frame.Memory.ToArray());
        }

        var framed = connection.RoundTripAsync(FakePeer.Request(7), 7, Patience, CancellationToken.None).AsTask();
        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(7, 9));
        using var last = await framed.WaitAsync(Patience);
        Assert.Equal([0, 0, 0, 7, 9], last.Memory.ToArray());
    }

    [Fact]
    public async Task Bytes_without_an_answer_are_over_when_they_are_sent()
    {
        await using var connection = await _peer.ConnectAsync(_pool);

        using (var nothing = await connection
            .BareRoundTripAsync(Frame(5), answered: false, Patience, CancellationToken.None).AsTask().WaitAsync(Patience))
        {
            Assert.Equal(0, nothing.Length);
        }

        Assert.Equal([5], await _peer.ReadRequestAsync());
        var framed = connection.RoundTripAsync(FakePeer.Request(7), 7, Patience, CancellationToken.None).AsTask();
        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(7));
        (await framed.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task Bare_bytes_beside_other_requests_are_a_mistake_of_ours()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var other = connection.RoundTripAsync(FakePeer.Request(1), 1, Patience, CancellationToken.None).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => connection.BareRoundTripAsync(Frame(5), answered: true, Patience, CancellationToken.None).AsTask());

        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(1));
        (await other.WaitAsync(Patience)).Dispose();
    }

    private static WireBuffer Frame(params ReadOnlySpan<byte> bytes)
    {
        var buffer = new WireBuffer();
        BinaryPrimitives.WriteInt32BigEndian(buffer.Take(4), bytes.Length);
        bytes.CopyTo(buffer.Take(bytes.Length));
        return buffer;
    }
}
