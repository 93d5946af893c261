using Heliostat.Protocol;

namespace Heliostat.Client;

/// <summary>A broker answered with an error code where a result was promised.</summary>
public sealed class KafkaErrorException(ErrorCode code, string message) : KafkaException(message)
{
    public ErrorCode Code { get; } = code;
}
