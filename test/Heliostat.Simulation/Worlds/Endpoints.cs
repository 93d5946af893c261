using System.Globalization;
using System.Net;

namespace Heliostat.Simulation.Worlds;

internal static class Endpoints
{
    /// <summary>What <c>bootstrap.servers</c> names.</summary>
    public static IReadOnlyList<DnsEndPoint> Of(string servers) =>
        [.. servers.Split(',').Select(server => server.Split(':'))
            .Select(parts => new DnsEndPoint(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)))];
}
