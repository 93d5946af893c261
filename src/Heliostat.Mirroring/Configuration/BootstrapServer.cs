using System.Globalization;

namespace Heliostat.Mirroring.Configuration;

/// <summary>One entry of <c>bootstrap.servers</c>; IPv6 addresses are held without brackets.</summary>
public readonly record struct BootstrapServer(string Host, int Port)
{
    /// <summary>The entry as Kafka writes it: <c>host:port</c>, with brackets around an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>A comma-separated list of <c>host:port</c> or <c>[ipv6]:port</c>; <paramref name="key"/> names it in problems.</summary>
    /// <exception cref="ConfigurationException">An entry is not an address, or there is none.</exception>
    public static IReadOnlyList<BootstrapServer> ParseList(string key, string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        List<BootstrapServer> servers = [];
        List<ConfigurationProblem> problems = [];
        foreach (var entry in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryParse(entry, out var server))
            {
                servers.Add(server);
            }
            else
            {
                problems.Add(new ConfigurationProblem { Key = key, Message = $"'{entry}' is not an address: expected host:port" });
            }
        }

        if (servers.Count == 0 && problems.Count == 0)
        {
            problems.Add(new ConfigurationProblem { Key = key, Message = "no address given: expected host:port[,host:port...]" });
        }

        return problems.Count == 0 ? servers : throw new ConfigurationException(problems);
    }

    private static bool TryParse(string entry, out BootstrapServer server)
    {
        var colon = entry.LastIndexOf(':');
        var host = colon <= 0 ? "" : entry[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':'))
        {
            host = "";
        }

        var valid = int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535;
        server = new BootstrapServer(host, port);
        return valid && host.Length > 0;
    }
}
