using Heliostat.Protocol;

namespace Heliostat.MirrorClient;

/// <summary>
/// A topic was not read to its end within <see cref="MirrorClientOptions.Timeout"/>: nothing is concluded from what was read.
/// </summary>
public sealed class KafkaTimeoutException(string message) : KafkaException(message);
