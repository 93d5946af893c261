using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>
/// <c>MirrorClientConfig.CLIENT_CONFIG_DEF</c>: how to reach a cluster. Exactly these keys are handed from an alias, or from the top level, to every client.
/// </summary>
internal static class SecuritySettings
{
    public static readonly OptionTable<TrustStoreOptions> TrustStore = new(new TrustStoreOptions());

    public static readonly OptionTable<KeyStoreOptions> KeyStore = new(new KeyStoreOptions());

    public static readonly TypedSetting<string> EndpointIdentification = Declare.Setting("ssl.endpoint.identification.algorithm", Kinds.String, "https", "How a broker's host name is checked; empty switches the check off.", "0.9");

    public static readonly TypedSetting<string> EngineFactory = Declare.Setting("ssl.engine.factory.class", Kinds.Class, null, "A Java class that makes TLS engines.", "2.6");

    public static readonly TypedSetting<string> TrustManager = Declare.Setting("ssl.trustmanager.algorithm", Kinds.String, "PKIX", "Java's trust manager.", "0.9");

    public static readonly TypedSetting<Secret> Jaas = Declare.Password("sasl.jaas.config", "Login module with its options, user and password among them.", "0.10.2");

    public static SettingTable Table { get; } = new(
    [
        ClusterSettings.BootstrapServers, ClusterSettings.SecurityProtocol,
        Declare.Setting("ssl.cipher.suites", Kinds.List, "", "TLS cipher suites that may be used; all when empty.", "0.9"),
        Declare.Setting("ssl.enabled.protocols", Kinds.List, "TLSv1.2,TLSv1.3", "TLS versions that may be used.", "0.9"),
        EndpointIdentification,
        EngineFactory,
        KeyStore.DeclareEmpty("ssl.key.password", Kinds.Password, null, (o, v) => o with { KeyPassword = v }, "The password of the private key.", "0.9"),
        Declare.Setting("ssl.keymanager.algorithm", Kinds.String, "SunX509", "Java's key manager.", "0.9"),
        KeyStore.DeclareEmpty("ssl.keystore.certificate.chain", Kinds.Password, null, (o, v) => o with { CertificateChain = v }, "The client's certificates, in PEM.", "2.7"),
        KeyStore.DeclareEmpty("ssl.keystore.key", Kinds.Password, null, (o, v) => o with { Key = v }, "The client's private key, in PEM.", "2.7"),
        KeyStore.DeclareEmpty("ssl.keystore.location", Kinds.String, null, (o, v) => o with { Location = v }, "The file with the client's key and certificates.", "0.9"),
        KeyStore.DeclareEmpty("ssl.keystore.password", Kinds.Password, null, (o, v) => o with { Password = v }, "The password of the key store.", "0.9"),
        KeyStore.Declare("ssl.keystore.type", Kinds.String, o => o.Type, (o, v) => o with { Type = v }, "The format of the key store: JKS, PKCS12 or PEM.", "0.9"),
        Declare.Setting("ssl.protocol", Kinds.String, "TLSv1.3", "The TLS version of the context.", "0.9"),
        Declare.Unused("ssl.provider", SettingType.String, null, "Java's security providers cannot be loaded", "0.9"),
        Declare.Unused("ssl.secure.random.implementation", SettingType.String, null, "random numbers are the system's", "0.9"),
        TrustManager,
        TrustStore.DeclareEmpty("ssl.truststore.certificates", Kinds.Password, null, (o, v) => o with { Certificates = v }, "Trusted certificates, in PEM.", "2.7"),
        TrustStore.DeclareEmpty("ssl.truststore.location", Kinds.String, null, (o, v) => o with { Location = v }, "The file with trusted certificates.", "0.9"),
        TrustStore.DeclareEmpty("ssl.truststore.password", Kinds.Password, null, (o, v) => o with { Password = v }, "The password of the trust store.", "0.9"),
        TrustStore.Declare("ssl.truststore.type", Kinds.String, o => o.Type, (o, v) => o with { Type = v }, "The format of the trust store: JKS, PKCS12 or PEM.", "0.9"),
        Declare.Setting("sasl.mechanism", Kinds.String, "GSSAPI", "How clients prove who they are.", "0.10"),
        Jaas,
        Declare.Setting("sasl.client.callback.handler.class", Kinds.Class, null, "A Java class that answers the mechanism's questions.", "2.0"),
        Declare.Setting("sasl.login.callback.handler.class", Kinds.Class, null, "A Java class that answers the login's questions.", "2.0"),
        Declare.Setting("sasl.login.class", Kinds.Class, null, "A Java class that logs in.", "2.0"),
        Declare.Setting("sasl.kerberos.kinit.cmd", Kinds.String, "/usr/bin/kinit", "The kinit program.", "0.9"),
        Declare.Setting("sasl.kerberos.min.time.before.relogin", Kinds.Long(), "60000", "The least milliseconds between two attempts to renew a ticket.", "0.9"),
        Declare.Setting("sasl.kerberos.service.name", Kinds.String, null, "The brokers' Kerberos principal.", "0.9"),
        Declare.Setting("sasl.kerberos.ticket.renew.jitter", Kinds.Double(), "0.05", "Jitter of the renewal time.", "0.9"),
        Declare.Setting("sasl.kerberos.ticket.renew.window.factor", Kinds.Double(), "0.8", "The part of a ticket's life after which it is renewed.", "0.9"),
        Declare.Setting("sasl.login.connect.timeout.ms", Kinds.Int(), null, "How long reaching the identity provider may take.", "3.1"),
        Declare.Setting("sasl.login.read.timeout.ms", Kinds.Int(), null, "How long the identity provider may take to answer.", "3.1"),
        Declare.Setting("sasl.login.refresh.buffer.seconds", Kinds.Short(0, 3600), "300", "How long before its end a credential is renewed at the latest.", "2.0"),
        Declare.Setting("sasl.login.refresh.min.period.seconds", Kinds.Short(0, 900), "60", "How long a credential is kept at least.", "2.0"),
        Declare.Setting("sasl.login.refresh.window.factor", Kinds.Double(0.5, 1.0), "0.8", "The part of a credential's life after which it is renewed.", "2.0"),
        Declare.Setting("sasl.login.refresh.window.jitter", Kinds.Double(0.0, 0.25), "0.05", "Jitter of the renewal time.", "2.0"),
        Declare.Setting("sasl.login.retry.backoff.max.ms", Kinds.Long(), "10000", "The longest wait before the identity provider is asked again.", "3.1"),
        Declare.Setting("sasl.login.retry.backoff.ms", Kinds.Long(), "100", "The first wait before the identity provider is asked again.", "3.1"),
        Declare.Setting("sasl.oauthbearer.assertion.algorithm", Kinds.OneOf(ignoreCase: true, ("ES256", true), ("RS256", true)), "RS256",
            "The algorithm that signs assertions.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.claim.aud", Kinds.String, null, "The audience of assertions.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.claim.exp.seconds", Kinds.Int(0, 86_400), "300", "How long assertions are valid.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.claim.iss", Kinds.String, null, "The issuer of assertions.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.claim.jti.include", Kinds.Boolean, "false", "Give each assertion an id.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.claim.nbf.seconds", Kinds.Int(0, 3600), "60", "How long ago assertions became valid.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.claim.sub", Kinds.String, null, "The subject of assertions.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.file", Kinds.String, null, "A file with a ready assertion.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.private.key.file", Kinds.String, null, "A file with the key that signs assertions.", "4.1"),
        Declare.Password("sasl.oauthbearer.assertion.private.key.passphrase", "The passphrase of that key.", "4.1"),
        Declare.Setting("sasl.oauthbearer.assertion.template.file", Kinds.String, null, "A file with the head and the claims of assertions.", "4.1"),
        Declare.Setting("sasl.oauthbearer.client.credentials.client.id", Kinds.String, null, "The client's id at the identity provider.", "4.1"),
        Declare.Password("sasl.oauthbearer.client.credentials.client.secret", "The client's secret at the identity provider.", "4.1"),
        Declare.Setting("sasl.oauthbearer.clock.skew.seconds", Kinds.Int(), "30", "How far clocks may differ.", "3.1"),
        Declare.Setting("sasl.oauthbearer.expected.audience", Kinds.List, "", "Audiences that tokens must name.", "3.1"),
        Declare.Setting("sasl.oauthbearer.expected.issuer", Kinds.String, null, "The issuer that tokens must name.", "3.1"),
        Declare.Setting("sasl.oauthbearer.header.urlencode", Kinds.Boolean, "false", "Encode client id and secret for URLs.", "3.9"),
        Declare.Setting("sasl.oauthbearer.jwks.endpoint.refresh.ms", Kinds.Long(), "3600000", "How often the provider's keys are read.", "3.1"),
        Declare.Setting("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", Kinds.Long(), "10000", "The longest wait before the provider's keys are asked for again.", "3.1"),
        Declare.Setting("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", Kinds.Long(), "100", "The first wait before the provider's keys are asked for again.", "3.1"),
        Declare.Setting("sasl.oauthbearer.jwks.endpoint.url", Kinds.String, null, "Where the provider's keys are.", "3.1"),
        Declare.Setting("sasl.oauthbearer.jwt.retriever.class", Kinds.Class, "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", "A Java class that fetches tokens.", "4.1"),
        Declare.Setting("sasl.oauthbearer.jwt.validator.class", Kinds.Class, "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", "A Java class that checks tokens.", "4.1"),
        Declare.Setting("sasl.oauthbearer.scope", Kinds.String, null, "The scope that is asked for.", "4.1"),
        Declare.Setting("sasl.oauthbearer.scope.claim.name", Kinds.String, "scope", "The claim that holds the scope.", "3.1"),
        Declare.Setting("sasl.oauthbearer.sub.claim.name", Kinds.String, "sub", "The claim that holds the subject.", "3.1"),
        Declare.Setting("sasl.oauthbearer.token.endpoint.url", Kinds.String, null, "Where tokens are fetched.", "3.1"),
    ], []);

    /// <summary>The keys of TLS and SASL, which every client has besides its own.</summary>
    public static IEnumerable<Setting> Keys => Table.Settings.Where(s => s.Key is not ("bootstrap.servers" or "security.protocol"));
}
