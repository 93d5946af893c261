using Heliostat.Client.Membership;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <summary>
/// Kafka's administrative requests, each sent where it belongs (any broker, the controller, a coordinator, every broker, the partitions'
/// leaders) and retried there for <see cref="ClientOptions.CallTimeout"/> while the cluster moves. What a broker says of an item is
/// returned as it said it. Where no broker answers, <see cref="KafkaConnectionException"/>; where the broker is too old,
/// <see cref="KafkaErrorException"/> (UNSUPPORTED_VERSION).
/// </summary>
/// <param name="client">Whose connections it uses.</param>
/// <param name="time">The clock.</param>
/// <param name="patience">How long what is asked of partitions' leaders is asked again; null for <see cref="ClientOptions.CallTimeout"/>,
/// zero for not at all.</param>
public sealed partial class AdminClient(KafkaClient client, TimeProvider time, TimeSpan? patience = null)
{
    private readonly BackOff _backOff = new(client.Options.RetryBackOff, client.Options.RetryBackOffMax, client.Options.Random);

    private LeaderCalls Leaders => new(this, client, _backOff, time, patience ?? client.Options.CallTimeout);

    private int TimeoutMs => (int)client.Options.RequestTimeout.TotalMilliseconds;

    /// <summary>Asks for the cluster id, the controller and the brokers (KIP-700; from Metadata where brokers do not know it).</summary>
    public async ValueTask<DescribeClusterResponse> DescribeClusterAsync(CancellationToken ct)
    {
        try
        {
            return await client.CallAnyAsync(new DescribeClusterRequest(), ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            var metadata = await client.CallAnyAsync(new MetadataRequest { Topics = null }, ct);
            return new DescribeClusterResponse
            {
                ErrorCode = metadata.ErrorCode,
                ClusterId = metadata.ClusterId ?? "",
                ControllerId = metadata.ControllerId,
                Brokers = [.. metadata.Brokers.Select(b => new DescribeClusterBroker
                {
                    BrokerId = b.NodeId,
                    Host = b.Host,
                    Port = b.Port,
                    Rack = b.Rack
                })],
            };
        }
    }

    /// <summary>
    /// Whether brokers tell what they speak (KIP-35): those before 0.10 do not, and keep no timestamps of records (KIP-32) either.
    /// </summary>
    public async ValueTask<bool> TellsVersionsAsync(CancellationToken ct) => await VersionsAsync(ct) is not null;

    /// <summary>
    /// Whether brokers store batches of format 2 (KIP-98): those before 0.11 have neither headers of records nor producer ids.
    /// </summary>
    public async ValueTask<bool> StoresBatchesAsync(CancellationToken ct) =>
        await VersionsAsync(ct) is { } versions
            && versions.Any(api => api is { ApiKey: (short)ApiKey.Produce, MaxVersion: >= 3 });

    /// <summary>Reads quotas by entity (KIP-546).</summary>
    public ValueTask<DescribeClientQuotasResponse> DescribeClientQuotasAsync(IReadOnlyList<ComponentData> components, bool strict,
        CancellationToken ct) =>
            client.CallAnyAsync(new DescribeClientQuotasRequest { Components = [.. components], Strict = strict }, ct);

    /// <summary>Sets and removes quotas by entity (KIP-546); one answer for each entry, in their order.</summary>
    public async ValueTask<IReadOnlyList<AlterClientQuotasResponseEntryData>> AlterClientQuotasAsync(
        IReadOnlyList<AlterClientQuotasRequestEntryData> entries, CancellationToken ct)
    {
        var answers = (await client.CallAnyAsync(new AlterClientQuotasRequest { Entries = [.. entries] }, ct)).Entries;
        return answers.Count == entries.Count ? answers
            : throw new KafkaErrorException(ErrorCode.UnknownServerError, "a broker answers for other quotas than it was asked to set");
    }

    /// <summary>Reads who may log in with SCRAM, by which mechanisms; no secrets (KIP-554).</summary>
    public ValueTask<DescribeUserScramCredentialsResponse> DescribeUserScramCredentialsAsync(CancellationToken ct) =>
        client.CallAnyAsync(new DescribeUserScramCredentialsRequest { Users = null }, ct);

    /// <summary>What a broker speaks; null where it does not tell.</summary>
    private async ValueTask<List<ApiVersion>?> VersionsAsync(CancellationToken ct)
    {
        try
        {
            var request = new ApiVersionsRequest { ClientSoftwareName = "heliostat", ClientSoftwareVersion = "0" };
            return (await client.CallAnyAsync(request, ct)).ApiKeys;
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return null;
        }
    }

    /// <summary>What every broker answers, side by side, by broker id; <paramref name="silent"/> for one that does not.</summary>
    private async Task<IReadOnlyDictionary<int, TResponse>> AskEveryBrokerAsync<TResponse>(
        Func<IRequest<TResponse>> request, Func<TResponse> silent, CancellationToken ct) where TResponse : IBody, new()
    {
        var brokers = (await DescribeClusterAsync(ct)).Brokers;
        var answers = await Settling.AllAsync(brokers.Select(async broker =>
        {
            try
            {
                return await client.CallNodeAsync(broker.BrokerId, request(), ct);
            }
            catch (KafkaConnectionException)
            {
                return silent();
            }
        }));
        return brokers.Zip(answers).ToDictionary(pair => pair.First.BrokerId, pair => pair.Second);
    }

    /// <summary>The first error that tells of a wrong or unready broker, else the first error at all.</summary>
    private static ErrorCode FirstOf(IEnumerable<ErrorCode> codes)
    {
        var first = ErrorCode.None;
        foreach (var code in codes)
        {
            if (code is ErrorCode.NotController || code.IsCoordinatorMove())
            {
                return code;
            }

            first = first == ErrorCode.None ? code : first;
        }

        return first;
    }
}
