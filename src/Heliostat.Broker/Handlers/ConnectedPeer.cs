using System.Security.Cryptography.X509Certificates;
using Heliostat.Broker.Authentication;
using Heliostat.Broker.Brokers;
using Heliostat.Transport.Security;
using Heliostat.Transport.Server;

namespace Heliostat.Broker.Handlers;

/// <summary>What the broker keeps with a connection.</summary>
internal sealed class ConnectedPeer(ConnectionLogin login)
{
    private const string Anonymous = "ANONYMOUS";

    public ConnectionLogin Login { get; } = login;

    /// <summary>Used again for the next Produce.</summary>
    public ProduceSpare? Spare { get; set; }

    public static ConnectedPeer Of(FramedServerConnection connection, EmbeddedListener listener, ClusterState cluster)
    {
        if (connection.State is ConnectedPeer known) return known;

        var user = TlsServerLayer.ClientCertificate(connection.Duplex) is { } certificate ? DistinguishedName(certificate) : Anonymous;
        var login = new ConnectionLogin(listener.SaslMechanisms, cluster.Users, user, cluster.Options.MaxReauth, cluster.Time);
        var peer = new ConnectedPeer(login);
        connection.State = peer;
        return peer;
    }

    /// <summary>As Java writes it (X500Principal.getName), which access rules name.</summary>
    private static string DistinguishedName(X509Certificate2 certificate) =>
        certificate.Subject.Replace(", ", ",", StringComparison.Ordinal);
}
