using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Membership;

/// <summary>The cluster as a member of a group needs it: the group's coordinator.</summary>
internal interface IMemberCluster
{
    /// <summary>The name of the side, for messages.</summary>
    string Name { get; }

    /// <summary>What is left to chance.</summary>
    Random Random { get; }

    /// <summary>How long <see cref="AskUntilAnsweredAsync"/> goes on.</summary>
    TimeSpan CallTimeout { get; }

    /// <summary>
    /// One attempt to ask the coordinator, on the member's own connection. Throws <see cref="Transport.KafkaConnectionException"/> when it
    /// does not answer within <paramref name="timeout"/>; the next attempt then looks the coordinator up again.
    /// </summary>
    ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken ct)
        where TResponse : IBody, new();

    /// <summary>Asks the coordinator beside the member's own requests, and again while it moves or loads and there is time.</summary>
    ValueTask<TResponse> AskUntilAnsweredAsync<TResponse>(IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf,
        CancellationToken ct)
        where TResponse : IBody, new();

    /// <summary>A broker said that it is not the coordinator.</summary>
    void ForgetCoordinator();
}
