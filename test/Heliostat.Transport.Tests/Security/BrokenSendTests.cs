using System.Net;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Tests.Security;

public sealed class BrokenSendTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A broker that does not take our certificate is gone before we have read why: whichever loop notices first, the same is said.
    /// </summary>
    [Fact]
    public async Task A_first_request_that_breaks_while_it_is_sent_is_asked_about_too()
    {
        var pool = new FramePool(1024);
        await using var connection = FramedConnection.Open(new DnsEndPoint("broker", 9093), new BreaksWhenSending(),
            new ConnectionOptions { Cluster = "source" }, pool, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(
            () => connection.RoundTripAsync(FakePeer.Request(1), 1, Patience, CancellationToken.None).AsTask().WaitAsync(Patience));

        Assert.Equal("source: broker:9093: perhaps the certificate", failure.Message);
        Assert.Equal(ConnectionFailure.TlsFailed, failure.Failure);
    }

    private sealed class BreaksWhenSending : IDuplex
    {
        private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<int> ReceiveAsync(Memory<byte> into) => new(_end.Task);

        public ValueTask SendAsync(WireBuffer message) => throw new IOException("broken pipe");

        public string? Suspect(Exception? failure) => "perhaps the certificate";

        public void Dispose() => _end.TrySetResult(0);
    }
}
