using System.Globalization;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Settings: those of a named broker are asked of that broker, all others of any.</remarks>
public sealed partial class AdminClient
{
    /// <summary>Reads settings; a resource's keys are all when null.</summary>
    public async ValueTask<IReadOnlyList<DescribeConfigsResult>> DescribeConfigsAsync(
        IReadOnlyList<DescribeConfigsResource> resources, CancellationToken ct)
    {
        var results = new List<DescribeConfigsResult>(resources.Count);
        foreach (var group in resources.GroupBy(r => BrokerOf(r.ResourceType, r.ResourceName)))
        {
            var request = new DescribeConfigsRequest { Resources = [.. group] };
            results.AddRange(
                (await (group.Key is { } node ? client.CallNodeAsync(node, request, ct) : client.CallAnyAsync(request, ct))).Results);
        }

        return results;
    }

    /// <summary>Likewise; nothing where brokers are too old to be asked (before 0.11).</summary>
    public async ValueTask<IReadOnlyList<DescribeConfigsResult>> TryDescribeConfigsAsync(
        IReadOnlyList<DescribeConfigsResource> resources, CancellationToken ct)
    {
        try
        {
            return await DescribeConfigsAsync(resources, ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return [];
        }
    }

    /// <summary>Changes single settings and leaves the others (KIP-339; brokers before 2.3 do not know it).</summary>
    public async ValueTask<IReadOnlyList<AlterConfigsResourceResponse>> IncrementalAlterConfigsAsync(
        IReadOnlyList<IncrementalAlterConfigsAlterConfigsResource> resources, bool validateOnly, CancellationToken ct)
    {
        var results = new List<AlterConfigsResourceResponse>(resources.Count);
        foreach (var group in resources.GroupBy(r => BrokerOf(r.ResourceType, r.ResourceName)))
        {
            var request = new IncrementalAlterConfigsRequest { Resources = [.. group], ValidateOnly = validateOnly };
            results.AddRange((await (group.Key is { } node ? client.CallNodeAsync(node, request, ct)
                : client.CallControllerAsync(request, r => FirstOf(r.Responses.Select(x => x.ErrorCode)), ct))).Responses);
        }

        return results;
    }

    /// <summary>Replaces all settings of each resource: what is not named returns to its default.</summary>
    public async ValueTask<IReadOnlyList<AlterConfigsResourceResponse>> AlterConfigsAsync(
        IReadOnlyList<AlterConfigsAlterConfigsResource> resources, bool validateOnly, CancellationToken ct)
    {
        var results = new List<AlterConfigsResourceResponse>(resources.Count);
        foreach (var group in resources.GroupBy(r => BrokerOf(r.ResourceType, r.ResourceName)))
        {
            var request = new AlterConfigsRequest { Resources = [.. group], ValidateOnly = validateOnly };
            results.AddRange((await (group.Key is { } node ? client.CallNodeAsync(node, request, ct)
                : client.CallControllerAsync(request, r => FirstOf(r.Responses.Select(x => x.ErrorCode)), ct))).Responses);
        }

        return results;
    }

    /// <summary>The broker that must be asked; null when any will do, as for the cluster-wide broker defaults (empty name).</summary>
    private static int? BrokerOf(ConfigResourceType type, string name) =>
        type is ConfigResourceType.Broker or ConfigResourceType.BrokerLogger
        && int.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out var node) ? node : null;
}
