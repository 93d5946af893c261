using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Client.Transactions;

namespace Heliostat.Mirroring.Flows;

/// <summary>What the lanes of a slot read and write with.</summary>
/// <param name="Target">The client to write with.</param>
/// <param name="Fetcher">Reads the source.</param>
/// <param name="Producer">Writes the target.</param>
/// <param name="Transaction">Under exactly-once: what all that the producer sends goes in.</param>
internal sealed record SlotPipe(KafkaClient Target, Fetcher Fetcher, Producer Producer, ProducerTransaction? Transaction)
{
    private volatile bool _isBroken;

    /// <summary>Something of it ended on its own: no acknowledgement will come any more.</summary>
    public bool IsBroken => _isBroken;

    public void Break() => _isBroken = true;
}
