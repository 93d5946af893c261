namespace Heliostat.Client.Producing;

/// <summary>How a <see cref="ProducerPartition"/> stands.</summary>
public enum ProducerPartitionStatus
{
    /// <summary>Sends, or has nothing to send.</summary>
    Ready,

    /// <summary>Something failed that may succeed later: it waits and tries again by itself.</summary>
    BackingOff,

    /// <summary>The target refused a batch: nothing goes on until <see cref="ProducerPartition.Restart"/>.</summary>
    Halted,

    /// <summary>Given up by its owner.</summary>
    Closed,
}
