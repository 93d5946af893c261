using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Groups;

/// <summary>The cluster as a group member needs it: its coordinator, and how many partitions topics have.</summary>
internal interface IGroupCluster
{
    /// <summary>The name of the side, for messages.</summary>
    string Name { get; }

    /// <summary>What is left to chance.</summary>
    Random Random { get; }

    /// <summary>How long <see cref="AskUntilAnsweredAsync"/> goes on.</summary>
    TimeSpan CallTimeout { get; }

    /// <summary>
    /// One attempt to ask the coordinator, on the member's own connection. Throws <see cref="Transport.KafkaConnectionException"/> when it does not answer
    /// within <paramref name="timeout"/>; the next attempt then looks the coordinator up again.
    /// </summary>
    ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken ct) where TResponse : IBody, new();

    /// <summary>Asks the coordinator beside the member's own requests, and again while it moves or loads and there is time.</summary>
    ValueTask<TResponse> AskUntilAnsweredAsync<TResponse>(IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct)
        where TResponse : IBody, new();

    /// <summary>A broker said that it is not the coordinator.</summary>
    void ForgetCoordinator();

    /// <summary>The partition counts of those of the topics that the metadata at hand has.</summary>
    PartitionCounts CountPartitions(IReadOnlyCollection<string> topics);

    /// <summary>As above, after asking for topics that are not known yet.</summary>
    ValueTask<PartitionCounts> CountPartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken ct);

    /// <summary>Ends once newer metadata than <paramref name="version"/> is there.</summary>
    ValueTask WaitForMetadataAsync(long version, CancellationToken ct);
}
