using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>One connection to one broker, for produce requests.</summary>
internal interface IProduceConnection : IAsyncDisposable
{
    bool IsOpen { get; }

    /// <summary>The newest version of Produce that both sides speak.</summary>
    short Version { get; }

    /// <summary>How long an answer is waited for that may take <paramref name="most"/>.</summary>
    TimeSpan PatienceOf(TimeSpan most) => most;

    /// <summary>
    /// Sends a request; the answers come in order. The buffer and the batches in it must not change until the returned task has ended, also
    /// where it ends with a <see cref="KafkaConnectionException"/>. Who waits is called within the receive loop and must be quick: on the
    /// thread pool each answer would cost an allocation and a change of threads.
    /// </summary>
    ValueTask<Frame> SendAsync(ProduceRequest request, short version, WireBuffer buffer, TimeSpan timeout);

    /// <summary>Decodes an answer over <paramref name="response"/>.</summary>
    void Read(Frame frame, short version, ref ProduceResponse response);
}
