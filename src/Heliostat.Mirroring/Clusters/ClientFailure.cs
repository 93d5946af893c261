using Heliostat.Client;
using Heliostat.Client.Authentication;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol;
using Heliostat.Transport;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Mirroring.Clusters;

/// <summary>Failures of a cluster or the way to it, which the engine answers by trying again or by pausing what they concern.</summary>
internal static class ClientFailure
{
    public static bool IsExpected(Exception failure) =>
        failure is KafkaErrorException or KafkaConnectionException or RegistryException or MalformedFrameException or TimeoutException
            or PluginSilentException
            // A store or a keytab that was good at the start, and is just being renewed when a client is made.
            or StoreException or SaslException;
}
