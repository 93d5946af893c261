using Heliostat.Broker.Security;

namespace Heliostat.Broker.Storage;

/// <summary>An access rule.</summary>
internal sealed record AclRecord(AclBinding Acl) : StateRecord
{
    internal override string Key => KeyOf(Acl);

    /// <summary>Lengths keep texts apart that may hold anything.</summary>
    public static string KeyOf(AclBinding acl) =>
        $"acl {acl.ResourceType} {acl.PatternType} {acl.Operation} {acl.Permission} {acl.Principal.Length} {acl.Host.Length} "
            + $"{acl.Principal} {acl.Host} {acl.ResourceName}";
}
