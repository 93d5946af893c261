using System.Globalization;
using System.Net;
using Heliostat.Broker;
using Heliostat.Transport.Security;

namespace Heliostat.Commands;

/// <summary>
/// A listener as a command line writes it: <c>NAME:PROTOCOL:PORT</c>, the protocol as in Kafka's <c>listener.security.protocol.map</c>.
/// </summary>
internal static class ListenerArgument
{
    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"];

    /// <summary>The listeners; what is wrong with them is added to <paramref name="problems"/>.</summary>
    /// <param name="arguments">As they were written.</param>
    /// <param name="tls">How those with TLS speak it; null when there is no key.</param>
    /// <param name="problems">One line each.</param>
    public static List<EmbeddedListener> ParseAll(IEnumerable<string> arguments, TlsServerOptions? tls, List<string> problems)
    {
        List<EmbeddedListener> listeners = [];
        foreach (var argument in arguments)
        {
            if (argument.Split(':') is not [{ Length: > 0 } name, var protocol, var digits]
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            {
                problems.Add($"--listener: '{argument}' is not NAME:PROTOCOL:PORT");
                continue;
            }

            if (protocol is not ("PLAINTEXT" or "SSL" or "SASL_PLAINTEXT" or "SASL_SSL"))
            {
                problems.Add($"--listener: '{protocol}' is none of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
                continue;
            }

            var isTls = protocol.EndsWith("SSL", StringComparison.Ordinal);
            if (isTls && tls is null)
            {
                problems.Add($"--listener: {name} is {protocol}, which needs --tls-key");
                continue;
            }

            listeners.Add(new EmbeddedListener(name)
            {
                FirstPort = port,
                Tls = isTls ? tls : null,
                SaslMechanisms = protocol.StartsWith("SASL", StringComparison.Ordinal) ? Mechanisms : [],
            });
        }

        return listeners;
    }
}
