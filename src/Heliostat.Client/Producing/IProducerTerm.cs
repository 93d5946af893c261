namespace Heliostat.Client.Producing;

/// <summary>
/// Where partitions have their producer id and epochs from that are not in transactions and yet belong to a transactional id: whoever takes
/// it over fences them.
/// </summary>
internal interface IProducerTerm
{
    /// <summary>The newest epoch.</summary>
    ProducerIdentity Current { get; }

    /// <summary>An epoch after <paramref name="used"/>; tries for some seconds.</summary>
    /// <exception cref="KafkaErrorException">Somebody else has the id by now, or its use is refused; with a retriable code there was no
    /// answer.</exception>
    Task<ProducerIdentity> NextAsync(ProducerIdentity used, CancellationToken ct);

    /// <summary>A partition was closed while something of it may be under way.</summary>
    void LeftUnderWay();
}
