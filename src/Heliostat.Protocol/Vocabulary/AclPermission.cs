namespace Heliostat.Protocol.Vocabulary;

/// <summary>Whether a rule allows or denies, with Kafka's numbers (AclPermissionType).</summary>
public enum AclPermission : sbyte
{
    Unknown = 0,
    Any = 1,
    Deny = 2,
    Allow = 3,
}
