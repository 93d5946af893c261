namespace Heliostat.Strimzi;

/// <summary><c>tls</c> and <c>authentication</c> of a cluster, as Kafka's settings of a client.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="secrets">Where its secrets are.</param>
internal sealed class ClusterSecurity(ResourceField cluster, SecretPlaces secrets)
{
    private const string Modules = "org.apache.kafka.common.security.";

    private const string NoJava =
        "Strimzi's Java classes cannot be loaded; 'type: custom' with 'sasl: true' and Kafka's own sasl.* settings below 'config' can";

    private readonly List<(string Key, string Value, ResourceField At)> _settings = [];

    /// <summary>The settings; what cannot be is in <paramref name="refused"/>.</summary>
    public IReadOnlyList<(string Key, string Value, ResourceField At)> Read(out (ResourceField At, string Why)? refused)
    {
        refused = null;
        var tls = cluster["tls"];
        var authentication = cluster["authentication"];
        Trust(tls);
        switch (authentication?.TextOf("type"))
        {
            case null:
                Protocol(tls, isSasl: false, tls ?? cluster);
                break;
            case "tls":
                KeyStore(authentication);
                Protocol(tls, isSasl: false, authentication);
                break;
            case "plain":
                Login(authentication, "PLAIN", "plain.PlainLoginModule");
                Protocol(tls, isSasl: true, authentication);
                break;
            case "scram-sha-256" or "scram-sha-512":
                Login(authentication, authentication.TextOf("type")!.ToUpperInvariant(), "scram.ScramLoginModule");
                Protocol(tls, isSasl: true, authentication);
                break;
            case "custom":
                Protocol(tls, authentication.TextOf("sasl") == "true", authentication);
                _settings.AddRange((authentication["config"]?.Fields ?? []).Select(setting => (setting.Name, setting.Text ?? "", setting)));
                break;
            case var other:
                refused = (authentication, $"'{other}' cannot be used: {NoJava}");
                break;
        }

        return _settings;
    }

    private void Protocol(ResourceField? tls, bool isSasl, ResourceField at) =>
        _settings.Add(("security.protocol", (isSasl ? "SASL_" : "") + (tls is not null ? "SSL" : "PLAINTEXT"), at));

    private void Trust(ResourceField? tls)
    {
        ResourceField[] trusted = [.. tls?["trustedCertificates"]?.Items ?? []];
        if (trusted.Length > 0)
        {
            _settings.Add(("ssl.truststore.certificates", string.Join('\n', trusted.Select(Certificates)), tls!["trustedCertificates"]!));
            _settings.Add(("ssl.truststore.type", "PEM", tls["trustedCertificates"]!));
        }
    }

    private string Certificates(ResourceField trusted)
    {
        var secret = trusted.TextOf("secretName") ?? "";
        return trusted.TextOf("pattern") is { } pattern
            ? secrets.References(secret, pattern)
            : secrets.Reference(secret, trusted.TextOf("certificate") ?? "");
    }

    private void KeyStore(ResourceField authentication)
    {
        var at = authentication["certificateAndKey"] ?? authentication;
        var secret = at.TextOf("secretName") ?? "";
        _settings.Add(("ssl.keystore.certificate.chain", secrets.Reference(secret, at.TextOf("certificate") ?? ""), at));
        _settings.Add(("ssl.keystore.key", secrets.Reference(secret, at.TextOf("key") ?? ""), at));
        _settings.Add(("ssl.keystore.type", "PEM", at));
    }

    private void Login(ResourceField authentication, string mechanism, string module)
    {
        var at = authentication["passwordSecret"] ?? authentication;
        var password = secrets.Reference(at.TextOf("secretName") ?? "", at.TextOf("password") ?? "");
        _settings.Add(("sasl.mechanism", mechanism, authentication));
        var options = $"username=\"{authentication.TextOf("username")}\" password=\"{password}\"";
        _settings.Add(("sasl.jaas.config", $"{Modules}{module} required {options};", at));
    }
}
