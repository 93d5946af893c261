using Heliostat.Client.Admin;

namespace Heliostat.Mirroring.Planning;

/// <summary>Reads the rights that brokers tell (KIP-430): a bit for each of Kafka's operations.</summary>
internal static class Rights
{
    /// <summary>Whether the right is known to be missing.</summary>
    public static bool Lack(int rights, AclOperation operation) => rights != AdminClient.RightsUnknown && (rights & (1 << (int)operation)) == 0;
}
