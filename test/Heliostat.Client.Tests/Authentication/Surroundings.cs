using Heliostat.Client.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Authentication;

/// <summary>What mechanisms need, for tests.</summary>
internal static class Surroundings
{
    public static SaslSurroundings System { get; } = With(TimeProvider.System, null);

    public static SaslSurroundings With(TimeProvider time, HttpMessageHandler? http, ILoggerFactory? loggers = null) => new()
    {
        Cluster = "source",
        Time = time,
        Loggers = loggers ?? NullLoggerFactory.Instance,
        Random = new Random(1),
        Http = http,
    };
}
