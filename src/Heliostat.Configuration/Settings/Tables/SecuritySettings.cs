namespace Heliostat.Configuration.Settings.Tables;

/// <summary>
/// <c>MirrorClientConfig.CLIENT_CONFIG_DEF</c>: how to reach a cluster. Exactly these keys are handed from an alias, or from the top level, to every client.
/// </summary>
internal static class SecuritySettings
{
    public static SettingTable Table { get; } = new(
    [
        ClusterSettings.BootstrapServers, ClusterSettings.SecurityProtocol,
        MirrorSetting.List("ssl.cipher.suites", "", "TLS cipher suites that may be used; all when empty.", "0.9"),
        MirrorSetting.List("ssl.enabled.protocols", "TLSv1.2,TLSv1.3", "TLS versions that may be used.", "0.9"),
        MirrorSetting.String("ssl.endpoint.identification.algorithm", "https", "How a broker's host name is checked; empty switches the check off.", "0.9"),
        MirrorSetting.Class("ssl.engine.factory.class", null, "A Java class that makes TLS engines.", "2.6"),
        MirrorSetting.Password("ssl.key.password", "The password of the private key.", "0.9"),
        MirrorSetting.String("ssl.keymanager.algorithm", "SunX509", "Java's key manager.", "0.9"),
        MirrorSetting.Password("ssl.keystore.certificate.chain", "The client's certificates, in PEM.", "2.7"),
        MirrorSetting.Password("ssl.keystore.key", "The client's private key, in PEM.", "2.7"),
        MirrorSetting.String("ssl.keystore.location", null, "The file with the client's key and certificates.", "0.9"),
        MirrorSetting.Password("ssl.keystore.password", "The password of the key store.", "0.9"),
        MirrorSetting.String("ssl.keystore.type", "JKS", "The format of the key store: JKS, PKCS12 or PEM.", "0.9"),
        MirrorSetting.String("ssl.protocol", "TLSv1.3", "The TLS version of the context.", "0.9"),
        MirrorSetting.String("ssl.provider", null, "Java's security provider.", "0.9"),
        MirrorSetting.String("ssl.secure.random.implementation", null, "Java's random generator.", "0.9"),
        MirrorSetting.String("ssl.trustmanager.algorithm", "PKIX", "Java's trust manager.", "0.9"),
        MirrorSetting.Password("ssl.truststore.certificates", "Trusted certificates, in PEM.", "2.7"),
        MirrorSetting.String("ssl.truststore.location", null, "The file with trusted certificates.", "0.9"),
        MirrorSetting.Password("ssl.truststore.password", "The password of the trust store.", "0.9"),
        MirrorSetting.String("ssl.truststore.type", "JKS", "The format of the trust store: JKS, PKCS12 or PEM.", "0.9"),
        MirrorSetting.String("sasl.mechanism", "GSSAPI", "How clients prove who they are.", "0.10"),
        MirrorSetting.Password("sasl.jaas.config", "Login module with its options, user and password among them.", "0.10.2"),
        MirrorSetting.Class("sasl.client.callback.handler.class", null, "A Java class that answers the mechanism's questions.", "2.0"),
        MirrorSetting.Class("sasl.login.callback.handler.class", null, "A Java class that answers the login's questions.", "2.0"),
        MirrorSetting.Class("sasl.login.class", null, "A Java class that logs in.", "2.0"),
        MirrorSetting.String("sasl.kerberos.kinit.cmd", "/usr/bin/kinit", "The kinit program.", "0.9"),
        MirrorSetting.Long("sasl.kerberos.min.time.before.relogin", 60_000, "The least milliseconds between two attempts to renew a ticket.", "0.9"),
        MirrorSetting.String("sasl.kerberos.service.name", null, "The brokers' Kerberos principal.", "0.9"),
        MirrorSetting.Double("sasl.kerberos.ticket.renew.jitter", 0.05, double.MinValue, double.MaxValue, "Jitter of the renewal time.", "0.9"),
        MirrorSetting.Double("sasl.kerberos.ticket.renew.window.factor", 0.8, double.MinValue, double.MaxValue, "The part of a ticket's life after which it is renewed.", "0.9"),
        Number("sasl.login.connect.timeout.ms", null, int.MinValue, int.MaxValue, "How long reaching the identity provider may take.", "3.1"),
        Number("sasl.login.read.timeout.ms", null, int.MinValue, int.MaxValue, "How long the identity provider may take to answer.", "3.1"),
        Small("sasl.login.refresh.buffer.seconds", "300", 3600, "How long before its end a credential is renewed at the latest.", "2.0"),
        Small("sasl.login.refresh.min.period.seconds", "60", 900, "How long a credential is kept at least.", "2.0"),
        MirrorSetting.Double("sasl.login.refresh.window.factor", 0.8, 0.5, 1.0, "The part of a credential's life after which it is renewed.", "2.0"),
        MirrorSetting.Double("sasl.login.refresh.window.jitter", 0.05, 0.0, 0.25, "Jitter of the renewal time.", "2.0"),
        MirrorSetting.Long("sasl.login.retry.backoff.max.ms", 10_000, "The longest wait before the identity provider is asked again.", "3.1"),
        MirrorSetting.Long("sasl.login.retry.backoff.ms", 100, "The first wait before the identity provider is asked again.", "3.1"),
        MirrorSetting.OneOf("sasl.oauthbearer.assertion.algorithm", "RS256", "The algorithm that signs assertions.", ignoreCase: true, [("ES256", true), ("RS256", true)], "4.1"),
        MirrorSetting.String("sasl.oauthbearer.assertion.claim.aud", null, "The audience of assertions.", "4.1"),
        Number("sasl.oauthbearer.assertion.claim.exp.seconds", "300", 0, 86_400, "How long assertions are valid.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.assertion.claim.iss", null, "The issuer of assertions.", "4.1"),
        MirrorSetting.Boolean("sasl.oauthbearer.assertion.claim.jti.include", false, "Give each assertion an id.", "4.1"),
        Number("sasl.oauthbearer.assertion.claim.nbf.seconds", "60", 0, 3600, "How long ago assertions became valid.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.assertion.claim.sub", null, "The subject of assertions.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.assertion.file", null, "A file with a ready assertion.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.assertion.private.key.file", null, "A file with the key that signs assertions.", "4.1"),
        MirrorSetting.Password("sasl.oauthbearer.assertion.private.key.passphrase", "The passphrase of that key.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.assertion.template.file", null, "A file with the head and the claims of assertions.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.client.credentials.client.id", null, "The client's id at the identity provider.", "4.1"),
        MirrorSetting.Password("sasl.oauthbearer.client.credentials.client.secret", "The client's secret at the identity provider.", "4.1"),
        Number("sasl.oauthbearer.clock.skew.seconds", "30", int.MinValue, int.MaxValue, "How far clocks may differ.", "3.1"),
        MirrorSetting.List("sasl.oauthbearer.expected.audience", "", "Audiences that tokens must name.", "3.1"),
        MirrorSetting.String("sasl.oauthbearer.expected.issuer", null, "The issuer that tokens must name.", "3.1"),
        MirrorSetting.Boolean("sasl.oauthbearer.header.urlencode", false, "Encode client id and secret for URLs.", "3.9"),
        MirrorSetting.Long("sasl.oauthbearer.jwks.endpoint.refresh.ms", 3_600_000, "How often the provider's keys are read.", "3.1"),
        MirrorSetting.Long("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", 10_000, "The longest wait before the provider's keys are asked for again.", "3.1"),
        MirrorSetting.Long("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", 100, "The first wait before the provider's keys are asked for again.", "3.1"),
        MirrorSetting.String("sasl.oauthbearer.jwks.endpoint.url", null, "Where the provider's keys are.", "3.1"),
        MirrorSetting.Class("sasl.oauthbearer.jwt.retriever.class", "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", "A Java class that fetches tokens.", "4.1"),
        MirrorSetting.Class("sasl.oauthbearer.jwt.validator.class", "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", "A Java class that checks tokens.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.scope", null, "The scope that is asked for.", "4.1"),
        MirrorSetting.String("sasl.oauthbearer.scope.claim.name", "scope", "The claim that holds the scope.", "3.1"),
        MirrorSetting.String("sasl.oauthbearer.sub.claim.name", "sub", "The claim that holds the subject.", "3.1"),
        MirrorSetting.String("sasl.oauthbearer.token.endpoint.url", null, "Where tokens are fetched.", "3.1"),
    ], []);

    private static TypedSetting<int> Number(string key, string? @default, int min, int max, string description, string since) =>
        new(SettingParsers.Int(min, max)) { Key = key, Type = SettingType.Int, Default = @default, Description = description, Since = since };

    private static TypedSetting<short> Small(string key, string @default, short max, string description, string since) =>
        new(SettingParsers.Short(0, max)) { Key = key, Type = SettingType.Short, Default = @default, Description = description, Since = since };
}
