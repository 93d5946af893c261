namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>Whether an access rule forbids or allows, with Kafka's numbers.</summary>
internal enum AclPermission : sbyte
{
    Deny = 2,
    Allow = 3,
}
