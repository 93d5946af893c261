namespace Heliostat.Broker.Security;

/// <summary>How access is decided: by the cluster's own options, or by Kafka's settings for the same.</summary>
/// <param name="IsEnforced">Whether rules decide (<c>authorizer.class.name</c>); else everything is allowed.</param>
/// <param name="SuperUsers">Principals who may do everything (<c>super.users</c>).</param>
/// <param name="AllowsWithoutRule">Whether everything is allowed on what no rule is about (<c>allow.everyone.if.no.acl.found</c>).</param>
internal sealed record AuthorizerOptions(bool IsEnforced, IReadOnlySet<string> SuperUsers, bool AllowsWithoutRule)
{
    public static AuthorizerOptions Of(EmbeddedClusterOptions options)
    {
        var settings = options.BrokerConfigs;
        return new AuthorizerOptions(
            options.EnforceAcls || settings.GetValueOrDefault("authorizer.class.name", "").Length > 0,
            options.SuperUsers
                .Concat(settings.GetValueOrDefault("super.users", "")
                    .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .ToHashSet(),
            settings.GetValueOrDefault("allow.everyone.if.no.acl.found") == "true");
    }
}
