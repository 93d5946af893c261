using System.Globalization;

namespace Heliostat.Mirroring.Configuration;

/// <summary>One entry of <c>bootstrap.servers</c>; IPv6 addresses are held without brackets.</summary>
public readonly record struct BootstrapServer(string Host, int Port)
{
    /// <summary>The entry as Kafka writes it: <c>host:port</c>, with brackets around an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
