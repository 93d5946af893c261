using Heliostat.Client.Authentication.Logins;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Client.Authentication.Reading;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>
/// <c>MirrorClientConfig.CLIENT_CONFIG_DEF</c>: how to reach a cluster. Exactly these keys, and ours, are handed from an alias, or from the
/// top level, to every client.
/// </summary>
internal static class SecuritySettings
{
    public static readonly OptionTable<TrustStoreOptions> TrustStore = new(new TrustStoreOptions());

    public static readonly OptionTable<KeyStoreOptions> KeyStore = new(new KeyStoreOptions());

    public static readonly OptionTable<LoginSettings> Login = new(new LoginSettings());

    public static readonly TypedSetting<IReadOnlyList<string>> CipherSuites =
        Declare.Setting("ssl.cipher.suites", Kinds.List, "", "TLS cipher suites that may be used; all when empty.", "0.9");

    public static readonly TypedSetting<IReadOnlyList<string>> EnabledProtocols =
        Declare.Setting("ssl.enabled.protocols", Kinds.List, "TLSv1.2,TLSv1.3", "TLS versions that may be used.", "0.9");

    public static readonly TypedSetting<string> Protocol = Declare.Setting("ssl.protocol", Kinds.String, "TLSv1.3",
        "The newest TLS version that is used.", "0.9");

    public static readonly TypedSetting<string> EndpointIdentification = Declare.Setting("ssl.endpoint.identification.algorithm",
        Kinds.String, "https", "How a broker's host name is checked; empty switches the check off.", "0.9");

    public static readonly TypedSetting<string> EngineFactory = Declare.Setting("ssl.engine.factory.class", Kinds.Class, null,
        "A Java class that makes TLS engines.", "2.6");

    public static readonly TypedSetting<string> TrustManager = Declare.Setting("ssl.trustmanager.algorithm", Kinds.String, "PKIX",
        "Java's trust manager.", "0.9");

    public static readonly TypedSetting<Secret> Jaas = Declare.Password("sasl.jaas.config",
        "Login module with its options, user and password among them.", "0.10.2");

    public static readonly TypedSetting<TimeSpan> Refresh = Declare.Setting(
        "heliostat.secrets.refresh.ms", Kinds.TimerOrNever(SettingType.Long), "60000",
        "How old the security settings of a running mirror may be, its files and what providers give read again; a negative value: until a "
            + "login is refused.");

    private static readonly SettingKind<TimeSpan> Milliseconds = Kinds.Timer(SettingType.Long, long.MinValue);

    public static SettingTable Table { get; } = new(
    [
        ClusterSettings.BootstrapServers, ClusterSettings.SecurityProtocol, Refresh,
        CipherSuites, EnabledProtocols,
        EndpointIdentification,
        EngineFactory,
        KeyStore.DeclareEmpty("ssl.key.password", Kinds.Password, null, (o, v) => o with { KeyPassword = v },
            "The password of the private key.", "0.9"),
        Declare.Setting("ssl.keymanager.algorithm", Kinds.String, "SunX509", "Java's key manager.", "0.9"),
        KeyStore.DeclareEmpty("ssl.keystore.certificate.chain", Kinds.Password, null, (o, v) => o with { CertificateChain = v },
            "The client's certificates, in PEM.", "2.7"),
        KeyStore.DeclareEmpty("ssl.keystore.key", Kinds.Password, null, (o, v) => o with { Key = v }, "The client's private key, in PEM.",
            "2.7"),
        KeyStore.DeclareEmpty("ssl.keystore.location", Kinds.String, null, (o, v) => o with { Location = v },
            "The file with the client's key and certificates.", "0.9"),
        KeyStore.DeclareEmpty("ssl.keystore.password", Kinds.Password, null, (o, v) => o with { Password = v },
            "The password of the key store.", "0.9"),
        KeyStore.Declare("ssl.keystore.type", Kinds.String, o => o.Type, (o, v) => o with { Type = v },
            "The format of the key store: JKS, PKCS12 or PEM.", "0.9"),
        Protocol,
        Declare.Unused("ssl.provider", SettingType.String, null, "Java's security providers cannot be loaded", "0.9"),
        Declare.Unused("ssl.secure.random.implementation", SettingType.String, null, "random numbers are the system's", "0.9"),
        TrustManager,
        TrustStore.DeclareEmpty("ssl.truststore.certificates", Kinds.Password, null, (o, v) => o with { Certificates = v },
            "Trusted certificates, in PEM.", "2.7"),
        TrustStore.DeclareEmpty("ssl.truststore.location", Kinds.String, null, (o, v) => o with { Location = v },
            "The file with trusted certificates.", "0.9"),
        TrustStore.DeclareEmpty("ssl.truststore.password", Kinds.Password, null, (o, v) => o with { Password = v },
            "The password of the trust store.", "0.9"),
        TrustStore.Declare("ssl.truststore.type", Kinds.String, o => o.Type, (o, v) => o with { Type = v },
            "The format of the trust store: JKS, PKCS12 or PEM.", "0.9"),
        Login.Declare("sasl.mechanism", Kinds.String, o => o.Mechanism, (o, v) => o with { Mechanism = v, IsMechanismSet = true },
            "How clients prove who they are.", "0.10"),
        Jaas,
        Login.DeclareEmpty(
            "sasl.client.callback.handler.class", Kinds.Class, null, (o, v) => o with { ClientCallbackHandlerClass = v },
            "A Java class that answers the mechanism's questions.", "2.0"),
        Login.DeclareEmpty(
            "sasl.login.callback.handler.class", Kinds.Class, null, (o, v) => o with { LoginCallbackHandlerClass = v },
            "A Java class that answers the login's questions.", "2.0"),
        Login.DeclareEmpty("sasl.login.class", Kinds.Class, null, (o, v) => o with { LoginClass = v }, "A Java class that logs in.", "2.0"),
        Declare.Unused(
            "sasl.kerberos.kinit.cmd", SettingType.String, "/usr/bin/kinit",
            "tickets come from the keytab; a ticket cache is renewed by whoever made it", "0.9", "/usr/bin/kinit"),
        Login.Declare(
            "sasl.kerberos.min.time.before.relogin", Milliseconds, o => o.MinTimeBeforeRelogin,
            (o, v) => o with { MinTimeBeforeRelogin = v },
            "The least milliseconds between two attempts to renew a ticket.", "0.9"),
        Login.DeclareEmpty("sasl.kerberos.service.name", Kinds.String, null, (o, v) => o with { KerberosServiceName = v },
            "The brokers' Kerberos principal.", "0.9"),
        Login.Declare(
            "sasl.kerberos.ticket.renew.jitter", Kinds.Double(), o => o.TicketRenewJitter, (o, v) => o with { TicketRenewJitter = v },
            "Jitter of the renewal time.", "0.9"),
        Login.Declare(
            "sasl.kerberos.ticket.renew.window.factor", Kinds.Double(), o => o.TicketRenewWindowFactor,
            (o, v) => o with { TicketRenewWindowFactor = v },
            "The part of a ticket's life after which it is renewed.", "0.9"),
        OfTokenEmpty("sasl.login.connect.timeout.ms", Kinds.Timer(SettingType.Int, long.MinValue), null,
            (o, v) => o with { ConnectTimeout = v },
            "How long reaching the identity provider may take.", "3.1"),
        OfTokenEmpty("sasl.login.read.timeout.ms", Kinds.Timer(SettingType.Int, long.MinValue), null, (o, v) => o with { ReadTimeout = v },
            "How long the identity provider may take to answer.", "3.1"),
        OfRefresh("sasl.login.refresh.buffer.seconds", Kinds.Short(0, 3600), o => (short)o.Buffer.TotalSeconds,
            (o, v) => o with { Buffer = TimeSpan.FromSeconds(v) },
            "How long before its end a credential is renewed at the latest."),
        OfRefresh("sasl.login.refresh.min.period.seconds", Kinds.Short(0, 900), o => (short)o.MinPeriod.TotalSeconds,
            (o, v) => o with { MinPeriod = TimeSpan.FromSeconds(v) },
            "How long a credential is kept at least."),
        OfRefresh("sasl.login.refresh.window.factor", Kinds.Double(0.5, 1.0), o => o.WindowFactor, (o, v) => o with { WindowFactor = v },
            "The part of a credential's life after which it is renewed."),
        OfRefresh("sasl.login.refresh.window.jitter", Kinds.Double(0.0, 0.25), o => o.WindowJitter, (o, v) => o with { WindowJitter = v },
            "Jitter of the renewal time."),
        OfToken("sasl.login.retry.backoff.max.ms", Milliseconds, o => o.RetryBackOffMax, (o, v) => o with { RetryBackOffMax = v },
            "The longest wait before the identity provider is asked again.", "3.1"),
        OfToken("sasl.login.retry.backoff.ms", Milliseconds, o => o.RetryBackOff, (o, v) => o with { RetryBackOff = v },
            "The first wait before the identity provider is asked again.", "3.1"),
        OfAssertion(
            "algorithm", Kinds.OneOf(ignoreCase: true, ("ES256", AssertionAlgorithm.ES256), ("RS256", AssertionAlgorithm.RS256)), "RS256",
            (o, v) => o with { Algorithm = v },
            "The algorithm that signs assertions."),
        OfAssertion("claim.aud", Kinds.String, null, (o, v) => o with { Audience = v }, "The audience of assertions."),
        OfAssertion("claim.exp.seconds", Kinds.Int(0, 86_400), "300", (o, v) => o with { ExpiresAfter = TimeSpan.FromSeconds(v) },
            "How long assertions are valid."),
        OfAssertion("claim.iss", Kinds.String, null, (o, v) => o with { Issuer = v }, "The issuer of assertions."),
        OfAssertion("claim.jti.include", Kinds.Boolean, "false", (o, v) => o with { IncludeId = v }, "Give each assertion an id."),
        OfAssertion("claim.nbf.seconds", Kinds.Int(0, 3600), "60", (o, v) => o with { NotBefore = TimeSpan.FromSeconds(v) },
            "How long ago assertions became valid."),
        OfAssertion("claim.sub", Kinds.String, null, (o, v) => o with { Subject = v }, "The subject of assertions."),
        OfAssertion("file", Kinds.String, null, (o, v) => o with { File = v }, "A file with a ready assertion."),
        OfAssertion("private.key.file", Kinds.String, null, (o, v) => o with { PrivateKeyFile = v },
            "A file with the key that signs assertions."),
        OfAssertion("private.key.passphrase", Kinds.Password, null, (o, v) => o with { PrivateKeyPassphrase = v },
            "The passphrase of that key."),
        OfAssertion("template.file", Kinds.String, null, (o, v) => o with { TemplateFile = v },
            "A file with the head and the claims of assertions."),
        OfTokenEmpty("sasl.oauthbearer.client.credentials.client.id", Kinds.String, null, (o, v) => o with { ClientId = v },
            "The client's id at the identity provider.", "4.1"),
        OfTokenEmpty("sasl.oauthbearer.client.credentials.client.secret", Kinds.Password, null, (o, v) => o with { ClientSecret = v },
            "The client's secret at the identity provider.", "4.1"),
        Brokers("clock.skew.seconds", SettingType.Int, "30"),
        Brokers("expected.audience", SettingType.List, ""),
        Brokers("expected.issuer", SettingType.String, null),
        OfTokenEmpty("sasl.oauthbearer.header.urlencode", Kinds.Boolean, "false", (o, v) => o with { HeaderUrlEncode = v },
            "Encode client id and secret for URLs.", "3.9"),
        Brokers("jwks.endpoint.refresh.ms", SettingType.Long, "3600000"),
        Brokers("jwks.endpoint.retry.backoff.max.ms", SettingType.Long, "10000"),
        Brokers("jwks.endpoint.retry.backoff.ms", SettingType.Long, "100"),
        Brokers("jwks.endpoint.url", SettingType.String, null),
        OfTokenEmpty("sasl.oauthbearer.jwt.retriever.class", Kinds.Class,
            "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", (o, v) => o with { RetrieverClass = v },
            "A Java class that fetches tokens.", "4.1"),
        OfTokenEmpty("sasl.oauthbearer.jwt.validator.class", Kinds.Class,
            "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", (o, v) => o with { ValidatorClass = v },
            "A Java class that checks tokens.", "4.1"),
        OfTokenEmpty("sasl.oauthbearer.scope", Kinds.String, null, (o, v) => o with { Scope = v }, "The scope that is asked for.", "4.1"),
        OfToken("sasl.oauthbearer.scope.claim.name", Kinds.String, o => o.ScopeClaimName, (o, v) => o with { ScopeClaimName = v },
            "The claim that holds the scope.", "3.1"),
        OfToken("sasl.oauthbearer.sub.claim.name", Kinds.String, o => o.SubClaimName, (o, v) => o with { SubClaimName = v },
            "The claim that holds the subject.", "3.1"),
        OfTokenEmpty("sasl.oauthbearer.token.endpoint.url", Kinds.String, null, (o, v) => o with { EndpointUrl = v },
            "Where tokens are fetched.", "3.1"),
    ], []);

    /// <summary>The keys of TLS and SASL, which every client has besides its own.</summary>
    public static IEnumerable<Setting> Keys => Table.Settings.Where(s => s.Key is not ("bootstrap.servers" or "security.protocol"));

    private static TypedSetting<T> OfTokenEmpty<T>(
        string key, SettingKind<T> kind, string? @default, Func<TokenSettings, T, TokenSettings> with, string description, string since) =>
        Login.DeclareEmpty(key, kind, @default, (o, v) => o with { Token = with(o.Token, v) }, description, since);

    private static TypedSetting<T> OfToken<T>(
        string key, SettingKind<T> kind, Func<TokenSettings, T> get, Func<TokenSettings, T, TokenSettings> with, string description,
        string since) =>
        Login.Declare(key, kind, o => get(o.Token), (o, v) => o with { Token = with(o.Token, v) }, description, since);

    private static TypedSetting<T> OfRefresh<T>(string key, SettingKind<T> kind, Func<RefreshOptions, T> get,
        Func<RefreshOptions, T, RefreshOptions> with, string description) =>
            Login.Declare(key, kind, o => get(o.Refresh), (o, v) => o with { Refresh = with(o.Refresh, v) }, description, "2.0");

    private static TypedSetting<T> OfAssertion<T>(
        string name, SettingKind<T> kind, string? @default, Func<AssertionOptions, T, AssertionOptions> with, string description) =>
        OfTokenEmpty("sasl.oauthbearer.assertion." + name, kind, @default, (o, v) => o with { Assertion = with(o.Assertion, v) },
            description, "4.1");

    /// <summary>Clients have these keys too, and never look at them.</summary>
    private static Setting Brokers(string name, SettingType type, string? @default) =>
        Declare.Unused("sasl.oauthbearer." + name, type, @default, "only brokers check tokens so", "3.1");
}
