using System.Reflection;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Connections.Handshake;

/// <summary>Asks for the versions that the broker speaks; one that does not know our question is asked as it says (KIP-511).</summary>
/// <param name="options">The cluster and its patience.</param>
/// <param name="newest">The version to begin with. Brokers before 2.4 close a connection that is not logged in yet when they do not know
/// the version.</param>
internal sealed class ApiVersionsStep(ClientOptions options, short newest) : IHandshakeStep
{
    private const string SoftwareName = "heliostat";

    private static readonly string SoftwareVersion =
        typeof(ApiVersionsStep).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0";

    public async ValueTask RunAsync(BrokerConnection connection, CancellationToken ct)
    {
        var request = new ApiVersionsRequest { ClientSoftwareName = SoftwareName, ClientSoftwareVersion = SoftwareVersion };
        var known = connection.Ranges.Newest(Api.ApiVersions, 0, newest);
        var version = known >= 0 ? known : newest;
        var answer = await connection.CallAsync(request, version, connection.Patience.Of(options.RequestTimeout), turn: null, ct);
        if (answer.ErrorCode == ErrorCode.UnsupportedVersion)
        {
            // From Kafka 2.4 on the refusal names the versions that are known.
            known = Math.Max((short)0, new ApiRanges(answer).Newest(Api.ApiVersions, 0, newest));
            answer = await connection.CallAsync(request, known, connection.Patience.Of(options.RequestTimeout), turn: null, ct);
        }

        if (answer.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(
                answer.ErrorCode,
                $"{options.Cluster}: broker {connection.Endpoint.Host}:{connection.Endpoint.Port} refuses to tell its versions: "
                    + $"{answer.ErrorCode.Name()}");
        }

        connection.Ranges = new ApiRanges(answer);
    }
}
