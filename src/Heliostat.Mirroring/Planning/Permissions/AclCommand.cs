using System.Net;
using Heliostat.Configuration.Patterns;
using Heliostat.Mirroring.Topics.Acls;

namespace Heliostat.Mirroring.Planning.Permissions;

/// <summary>Rights as Kafka's own tool gives them (<c>kafka-acls.sh</c>), ready to be pasted; and in words.</summary>
internal static class AclCommand
{
    /// <param name="servers">The cluster's brokers.</param>
    /// <param name="principal">Whom to allow; null: a word that has to be replaced.</param>
    /// <param name="need">The resource.</param>
    /// <param name="operations">What to allow.</param>
    public static string Of(IReadOnlyList<DnsEndPoint> servers, string? principal, Need need, IReadOnlyList<AclOperation> operations)
    {
        var prefixed = need.Pattern is { IsPrefix: true, Name.Length: > 0 } ? " --resource-pattern-type prefixed" : "";
        var resource = need.Type switch
        {
            ResourceType.Topic => $"{prefixed} --topic {Quoted(need.Pattern)}",
            ResourceType.Group => $"{prefixed} --group {Quoted(need.Pattern)}",
            ResourceType.TransactionalId => $"{prefixed} --transactional-id {Quoted(need.Pattern)}",
            _ => " --cluster",
        };
        return $"kafka-acls.sh --bootstrap-server {servers[0].Host}:{servers[0].Port} --command-config admin.properties --add "
            + $"--allow-principal {Quoted(principal ?? "User:PRINCIPAL")}"
            + string.Concat(operations.Select(operation => $" --operation {operation}")) + resource;
    }

    /// <summary><c>topics 'orders*'</c>.</summary>
    public static string Resource(Need need) => need.Type switch
    {
        ResourceType.Topic => Named("topic", need.Pattern),
        ResourceType.Group => Named("group", need.Pattern),
        ResourceType.TransactionalId => Named("transactional id", need.Pattern),
        _ => "the cluster",
    };

    /// <summary><c>DESCRIBE_CONFIGS</c>.</summary>
    public static string Name(AclOperation operation) => TopicAcl.Words(operation.ToString());

    private static string Named(string what, NamePattern pattern) => pattern switch
    {
        { IsPrefix: true, Name.Length: 0 } => $"all {what}s",
        { IsPrefix: true } => $"{what}s '{pattern.Name}*'",
        _ => $"{what} '{pattern.Name}'",
    };

    private static string Quoted(NamePattern pattern) => Quoted(pattern is { IsPrefix: true, Name.Length: 0 } ? "*" : pattern.Name);

    /// <summary>As a shell takes it, whatever is in it.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
