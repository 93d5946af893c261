using Heliostat.Protocol;

namespace Heliostat.Client.Authentication;

/// <summary>
/// A login that came to nothing. The message is a sentence without the side and the endpoint, with what to do, and never holds a secret.
/// </summary>
public sealed class SaslException(SaslFailure failure, string message, Exception? inner = null) : KafkaException(message, inner)
{
    public SaslFailure Failure { get; } = failure;

    /// <summary>True when the same attempt may succeed later without anybody's doing.</summary>
    public bool IsTransient => Failure == SaslFailure.Unavailable;
}
