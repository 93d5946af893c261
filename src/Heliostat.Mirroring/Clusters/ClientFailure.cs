using Heliostat.Client;
using Heliostat.Protocol;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Clusters;

/// <summary>Failures of a cluster or the way to it, which the engine answers by trying again or by pausing what they concern.</summary>
internal static class ClientFailure
{
    public static bool IsExpected(Exception failure) =>
        failure is KafkaErrorException or KafkaConnectionException or MalformedFrameException or TimeoutException;
}
